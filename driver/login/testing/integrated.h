// Logins by ticket without a KDC.
#pragma once

#include <string>

#include "driver/login/testing/scripted_peer.h"

namespace negodbc::login::testing {

// A login through the scripted plugin (driver/auth/testing/scripted_plugin.cc), which does what
// `script` says.
inline LoginSettings integrated(const ScriptedPeer& peer, const std::string& script) {
  LoginSettings settings = peer.settings();
  settings.integrated = auth::IntegratedLogin::required;
  settings.auth_plugin = NEGODBC_SCRIPTED_PLUGIN;
  settings.kerberos_service = script;
  return settings;
}

// A server that asks for a token (gss: 7, sspi: 9), keeps it and answers.
inline ScriptedPeer::Script asks_for(std::int32_t kind, const std::string& answer,
                                     std::string* token = nullptr) {
  return [=](const PeerConnection& peer) {
    peer.read_startup();
    peer.send(authentication(kind));
    const std::string got = peer.read_message();
    if (token != nullptr) *token = got;
    peer.send(answer);
    peer.sleep_until_closed();
  };
}

}  // namespace negodbc::login::testing
