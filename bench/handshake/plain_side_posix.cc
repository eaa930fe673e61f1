#include "bench/handshake/plain_side.h"

#include "bench/handshake/gss.h"

namespace negodbc::bench {
namespace {

constexpr OM_uint32 flags = GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG |
                            GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG;

const Gss& library_of(const std::string& implementation) {
  static const Gss of_heimdal(heimdal);
  static const Gss of_mit(mit);
  return implementation == heimdal.name ? of_heimdal : of_mit;
}

class Initiator final : public Side {
 public:
  Initiator(const std::string& implementation, bool spnego)
      : context_(library_of(implementation)), spnego_(spnego) {}
  std::string step(const std::string& input) override {
    return context_.initiate(spnego_, flags, input);
  }
  [[nodiscard]] bool complete() const override { return context_.complete(); }

 private:
  GssContext context_;
  bool spnego_;
};

class Server final : public Side {
 public:
  Server() : context_(shared().gss) {}
  std::string step(const std::string& input) override {
    return context_.accept(shared().credential, input);
  }
  [[nodiscard]] bool complete() const override { return true; }  // its client knows

 private:
  static const Acceptor& shared() {
    static const Acceptor one;
    return one;
  }
  GssContext context_;
};

}  // namespace

std::vector<std::string> implementations() {
  return {heimdal.name, mit.name};
}

std::unique_ptr<Side> plain_initiator(const std::string& implementation,
                                      const std::string& package) {
  return std::make_unique<Initiator>(implementation, package == "Negotiate");
}

std::unique_ptr<Side> acceptor(const std::string& /*package*/) {
  return std::make_unique<Server>();
}

}  // namespace negodbc::bench
