// What an established session does with messages.
#include <utility>

#include "negotiate/session.h"

namespace negodbc::auth {
namespace {

template <typename Result>
const Failure* failure_in(const Outcome<Result>& outcome) {
  return std::get_if<Failure>(&outcome);
}

}  // namespace

std::optional<negodbc_auth_status> Session::refuse_message() {
  if (state_ == State::kFailed) return NEGODBC_AUTH_E_STATE;
  if (established_) return std::nullopt;
  return refuse(state_failure("no context is established"));
}

negodbc_auth_status Session::wrap(Protection protection, std::span<const std::byte> input,
                                  std::span<std::byte> output, std::size_t* size) {
  if (const auto refused = refuse_message()) return *refused;
  const Outcome<std::size_t> outcome = established_->protect(input, output, protection);
  if (const Failure* const failure = failure_in(outcome)) {
    if (failure->status == NEGODBC_AUTH_E_BUFFER_TOO_SMALL) {
      const Outcome<std::uint32_t> overhead = established_->max_frame_overhead();
      if (const auto* bytes = std::get_if<std::uint32_t>(&overhead)) *size = input.size() + *bytes;
    }
    return refuse(*failure);
  }
  *size = std::get<std::size_t>(outcome);
  return NEGODBC_AUTH_OK;
}

negodbc_auth_status Session::protect(std::span<const std::byte> input, std::span<std::byte> output,
                                     std::size_t* size) {
  return wrap(Protection::kSealed, input, output, size);
}

negodbc_auth_status Session::opened(const Outcome<std::size_t>& outcome, std::size_t input_size,
                                    std::size_t* size) {
  if (const Failure* const failure = failure_in(outcome)) {
    if (failure->status == NEGODBC_AUTH_E_BUFFER_TOO_SMALL) {
      *size = input_size;
      return refuse(*failure);
    }
    return refuse_opening(*failure);
  }
  *size = std::get<std::size_t>(outcome);
  return NEGODBC_AUTH_OK;
}

negodbc_auth_status Session::refuse_opening(const Failure& failure) {
  return failure.status == NEGODBC_AUTH_E_NOT_GRANTED ? refuse(failure) : fail(failure);
}

negodbc_auth_status Session::unprotect_in_place(std::span<std::byte> message,
                                                std::span<std::byte>* data) {
  if (const auto refused = refuse_message()) return *refused;
  const Outcome<std::span<std::byte>> outcome = established_->unprotect_in_place(message);
  if (const Failure* const failure = failure_in(outcome)) return refuse_opening(*failure);
  *data = std::get<std::span<std::byte>>(outcome);
  return NEGODBC_AUTH_OK;
}

negodbc_auth_status Session::unprotect(std::span<const std::byte> input,
                                       std::span<std::byte> output, std::size_t* size) {
  if (const auto refused = refuse_message()) return *refused;
  return opened(established_->unprotect(input, output), input.size(), size);
}

negodbc_auth_status Session::unwrap(std::span<const std::byte> input, std::span<std::byte> output,
                                    std::size_t* size, Protection* found) {
  if (const auto refused = refuse_message()) return *refused;
  return opened(established_->unprotect(input, output, *found), input.size(), size);
}

negodbc_auth_status Session::sign(std::span<const std::byte> message, std::span<std::byte> code,
                                  std::size_t* size) {
  if (const auto refused = refuse_message()) return *refused;
  const Outcome<std::size_t> outcome = established_->sign(message, code);
  if (const Failure* const failure = failure_in(outcome)) {
    if (failure->status == NEGODBC_AUTH_E_BUFFER_TOO_SMALL) {
      const Outcome<std::uint32_t> most = established_->max_code();
      if (const auto* bytes = std::get_if<std::uint32_t>(&most)) *size = *bytes;
    }
    return refuse(*failure);
  }
  *size = std::get<std::size_t>(outcome);
  return NEGODBC_AUTH_OK;
}

negodbc_auth_status Session::verify(std::span<const std::byte> message,
                                    std::span<const std::byte> code) {
  if (const auto refused = refuse_message()) return *refused;
  const std::optional<Failure> failure = established_->verify(message, code);
  return failure ? refuse_opening(*failure) : NEGODBC_AUTH_OK;
}

}  // namespace negodbc::auth
