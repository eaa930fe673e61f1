#include "driver/handles/statement/set_statements.h"

#include "driver/session/batch.h"
#include "driver/types/parameter_type.h"
#include "driver/types/type_info.h"

namespace negodbc::odbc {
namespace {

constexpr std::size_t form_widths[] = {256, 32, 4};

}  // namespace

SetStatements::SetStatements(ServerTalk& server, const StatementText& text,
                             const Parameters& parameters, ParameterTypes& types)
    : server_(server),
      text_(text),
      parameters_(parameters),
      types_(types),
      insert_(text.sql(), server.standard_strings()) {
  bound_ = parameters.bound_types();
  forms_.push_back({1, text.sql(), types.describe(parameters.declared_types(), bound_)});
}

void SetStatements::prepare_for(std::size_t sets) {
  if (!can_widen()) return;
  for (const std::size_t width : form_widths) {
    if (width > sets || !is_possible(width)) continue;
    form(width);
    if (sets <= session::Batch::most_sets) sets %= width;
  }
}

const SetStatements::Form& SetStatements::widest(std::size_t sets, bool known) {
  if (!can_widen()) return one();
  for (const std::size_t width : form_widths) {
    if (width > sets || !is_possible(width)) continue;
    if (!known) return form(width);
    if (const Form* const found = find(width)) return *found;
  }
  return one();
}

const SetStatements::Form& SetStatements::form_of(const Values& values) {
  const Types& declared = one().known->prepared.declared_types;
  const auto held = [&](std::size_t i) -> std::uint32_t {
    if (!values[i]) return declared[i];
    // What is left open for a number that its value is none of is what it was bound as.
    if (declared[i] == 0 && bound_[i] != 0 && !types::is_read_by(this->types()[i], *values[i]))
      return types::holding_oid(bound_[i], *values[i]);
    return types::holding_oid(declared[i], *values[i]);
  };
  Types types;
  for (std::size_t i = 0; i < declared.size(); ++i) {
    const std::uint32_t type = held(i);
    if (type == declared[i] && types.empty()) continue;
    if (types.empty()) types = declared;
    types[i] = type;
  }
  if (types.empty()) return one();
  for (const Form& form : larger_)
    if (form.known->prepared.declared_types == types) return form;
  Form form{1, one().sql, std::make_shared<session::CachedStatement>()};
  form.known->prepared.declared_types = std::move(types);
  return larger_.emplace_back(std::move(form));
}

void SetStatements::ask_again() {
  for (Form& form : forms_) server_.connection().conversation().forget(form.known->prepared);
  forms_.resize(1);
  forms_.front().known = types_.describe(parameters_.declared_types(), bound_);
}

bool SetStatements::is_possible(std::size_t width) const {
  constexpr std::size_t most_parameters = 0xFFFF;
  return width * types().size() <= most_parameters;
}

const SetStatements::Form* SetStatements::find(std::size_t width) const {
  for (const Form& form : forms_)
    if (form.width == width) return &form;
  return nullptr;
}

const SetStatements::Form& SetStatements::form(std::size_t width) {
  if (const Form* const found = find(width)) return *found;
  Types all;
  for (std::size_t i = 0; i < width; ++i) all.insert(all.end(), types().begin(), types().end());
  Form form{width, insert_.repeated(width), nullptr};
  form.known = server_.connection().cached(form.sql, all, text_.reading_number());
  types_.describe(*form.known, form.sql, all, all);
  return forms_.emplace_back(std::move(form));
}

}  // namespace negodbc::odbc
