// A session after its login, against a scripted server.
#include "driver/session/session.h"
#include "driver/login/login.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "driver/login/testing/scripted_peer.h"
#include "driver/session/conversation.h"
#include "driver/wire/frontend.h"

namespace negodbc::session::testing {
namespace {

using login::testing::error;
using login::testing::logged_in;
using login::testing::message;
using login::testing::parameter;
using login::testing::PeerConnection;
using login::testing::ScriptedPeer;

using ::testing::HasSubstr;
using namespace std::chrono_literals;
using namespace std::string_literals;

ScriptedPeer::Script after_login(ScriptedPeer::Script script) {
  return [script = std::move(script)](const PeerConnection& peer) {
    peer.read_startup();
    peer.send(logged_in());
    script(peer);
  };
}

Deadline soon() {
  return Deadline::after(5s);
}

TEST(Session, KnowsHowItCameToBe) {
  const ScriptedPeer peer(after_login([](const PeerConnection& c) { c.sleep_until_closed(); }));
  const auto session = login::login(peer.settings(), nullptr);
  EXPECT_EQ(session->user(), "u");
  EXPECT_EQ(session->database(), "u");
  EXPECT_EQ(session->server_version(), 150004);
  EXPECT_EQ(session->parameter("server_version"), "15.4 (Debian)");
  EXPECT_EQ(session->parameter("unknown"), "");
  EXPECT_EQ(session->transaction_status(), 'I');
  EXPECT_EQ(session->auth_method(), "none");
  EXPECT_EQ(session->encryption(), "");
}

TEST(Session, HandlesWhatIsNoAnswer) {
  const ScriptedPeer peer(after_login([](const PeerConnection& c) {
    c.read_message();
    c.send(message('N', "SNOTICE\0Mhello\0\0"s) + parameter("TimeZone", "UTC") +
           message('A', "\0\0\0\1ch\0pay\0"s) + message('C', "BEGIN\0"s) + message('Z', "T"));
    c.sleep_until_closed();
  }));
  std::string notice;
  const auto session =
      login::login(peer.settings(), [&](const wire::ServerMessage& m) { notice = m.text; });
  wire::Frontend(session->outgoing()).query("begin");
  session->flush(soon());
  EXPECT_TRUE(session->outgoing().empty());
  EXPECT_EQ(session->receive(soon()).type, wire::MessageType::command_complete);
  EXPECT_EQ(notice, "hello");
  EXPECT_EQ(session->parameter("TimeZone"), "UTC");
  const auto buffered = session->receive(soon());
  EXPECT_EQ(buffered.type, wire::MessageType::ready_for_query);
  EXPECT_EQ(session->transaction_status(), 'T');
  EXPECT_FALSE(session->receive_buffered());
}

TEST(Session, ATimeOutLosesNothing) {
  std::promise<void> go;
  const ScriptedPeer peer(after_login([&](const PeerConnection& c) {
    c.send("Z\0\0"s);  // half a message
    go.get_future().wait();
    c.send("\0\5I"s);
    c.sleep_until_closed();
  }));
  const auto session = login::login(peer.settings(), nullptr);
  try {
    session->receive(Deadline::after(50ms));
    FAIL();
  } catch (const ConnectionError& error) {
    EXPECT_EQ(error.state(), "HYT01");
  }
  EXPECT_FALSE(session->dead());
  go.set_value();
  EXPECT_EQ(session->receive(soon()).type, wire::MessageType::ready_for_query);
}

// Who waits for us to read before it reads itself.
TEST(Session, AnswersAreTakenWhileARequestIsSent) {
  constexpr std::size_t much = std::size_t{32} << 20U;
  constexpr std::size_t rows = 512;
  const std::string row = message('D', std::string(much / rows, 'x'));
  const ScriptedPeer peer(after_login([&](const PeerConnection& c) {
    for (std::size_t i = 0; i < rows; ++i)
      if (!c.send(row)) return;
    if (c.read(much).size() == much) c.send(message('C', "done\0"s));
    c.sleep_until_closed();
  }));
  const auto session = login::login(peer.settings(), nullptr);
  session->outgoing().assign(much, 'y');
  ASSERT_NO_THROW(session->flush(soon()));
  std::size_t received = 0;
  while (session->receive(soon()).type == wire::MessageType::data_row) ++received;
  EXPECT_EQ(received, rows);
}

// What cannot be read is not gone on with.
TEST(Session, IsGivenUpWithAMalformedAnswer) {
  const ScriptedPeer peer(after_login([](const PeerConnection& c) {
    c.send(message('1', "") + message('t', "\0\0"s) + message('2', "") + message('T', "\0\7x"s) +
           message('Z', "I"));
    c.sleep_until_closed();
  }));
  for (const bool prepares : {true, false}) {
    Conversation conversation(login::login(peer.settings(), nullptr));
    try {
      if (prepares) {
        conversation.prepare("SELECT 1", {}, true, {}, soon());
      } else {
        conversation.extended("SELECT 1", {}, {}, {}, soon());
      }
      ADD_FAILURE() << prepares;
    } catch (const ConnectionError& e) {
      EXPECT_EQ(e.state(), "08S01");
    }
    EXPECT_TRUE(conversation.session().broken()) << prepares;
  }
}

TEST(Session, TellsTheServersLastWords) {
  const ScriptedPeer peer(after_login([](const PeerConnection& c) {
    c.send(error("FATAL", "57P01", "terminating connection due to administrator command"));
  }));
  const auto session = login::login(peer.settings(), nullptr);
  EXPECT_EQ(session->receive(soon()).type, wire::MessageType::error_response);
  try {
    session->receive(soon());
    FAIL();
  } catch (const ConnectionError& error) {
    EXPECT_EQ(error.state(), "08S01");
    EXPECT_THAT(error.what(), HasSubstr("administrator command"));
  }
  EXPECT_TRUE(session->dead());
}

// What a session says of itself, of which nobody has read since the server's last words.
std::string loss_of(const std::string& last_words) {
  const ScriptedPeer peer(after_login([&](const PeerConnection& c) { c.send(last_words); }));
  const auto session = login::login(peer.settings(), nullptr);
  for (int i = 0; i < 200 && !session->dead(); ++i) std::this_thread::sleep_for(10ms);
  std::string text;
  try {
    session->tell_loss();
  } catch (const ConnectionError& error) {
    EXPECT_EQ(error.state(), "08S01");
    text = error.what();
  }
  EXPECT_THROW(session->receive(soon()), ConnectionError) << "nothing is given after that";
  EXPECT_THROW((void)session->receive_buffered(), ConnectionError);
  return text;
}

TEST(Session, TellsTheLastWordsThatNobodyHasRead) {
  EXPECT_THAT(loss_of(error("FATAL", "25P03", "terminating connection: idle")),
              HasSubstr("was lost: terminating connection: idle (25P03)"));
  EXPECT_THAT(loss_of(parameter("TimeZone", "UTC") + error("FATAL", "57P05", "idle session")),
              HasSubstr("idle session (57P05)"));
  EXPECT_THAT(loss_of(message('N', "SWARNING\0C57P02\0Mcrash of another process\0\0"s)),
              HasSubstr("crash of another process (57P02)"));
  EXPECT_THAT(loss_of(message('N', "SWARNING\0C01000\0Mby the way\0\0"s)),
              ::testing::Not(HasSubstr("by the way")));
  EXPECT_THAT(loss_of(message('D', "\0\0"s) + message('Z', "I") +
                      error("FATAL", "57P01", "gone\nfor good")),
              HasSubstr("gone for good (57P01)"));
  EXPECT_THAT(loss_of("D\xff\xff\xff\xff"s + error("FATAL", "57P01", "gone")),
              ::testing::Not(HasSubstr("gone")))
      << "what it is cannot be known";
  EXPECT_THAT(loss_of(""), HasSubstr("disconnect and connect again"));
}

TEST(Session, TellsTheLastWordsWhenAWriteFails) {
  const ScriptedPeer peer(after_login([&](const PeerConnection& c) {
    c.read_message();  // what it does not read makes the end a reset
    c.send(error("FATAL", "57P01", "administrator command"));
  }));
  const auto session = login::login(peer.settings(), nullptr);
  std::string text;
  try {
    for (int i = 0; i < 100; ++i) {
      wire::Frontend(session->outgoing()).query(std::string(100000, 'x'));
      session->flush(soon());
      std::this_thread::sleep_for(10ms);
    }
  } catch (const ConnectionError& error) {
    EXPECT_EQ(error.state(), "08S01");
    text = error.what();
  }
  EXPECT_THAT(text, HasSubstr("administrator command (57P01)"));
}

TEST(Session, KnowsWhetherItSpeaksUtf8) {
  const auto speaks = [](const std::string& reported) {
    const ScriptedPeer peer(after_login([&](const PeerConnection& c) {
      c.send(reported + message('Z', "I"));
      c.sleep_until_closed();
    }));
    const auto session = login::login(peer.settings(), nullptr);
    EXPECT_TRUE(session->speaks_utf8()) << "nothing else was reported";
    session->receive(soon());
    return session->speaks_utf8();
  };
  const auto client = [](const char* encoding) { return parameter("client_encoding", encoding); };
  const auto server = [](const char* encoding) { return parameter("server_encoding", encoding); };
  EXPECT_TRUE(speaks(client("UTF8") + server("LATIN1")));
  EXPECT_FALSE(speaks(client("LATIN1") + server("UTF8")));
  EXPECT_TRUE(speaks(client("LATIN1") + client("UTF8")));
  EXPECT_TRUE(speaks(server("UTF8") + client("SQL_ASCII")));
  EXPECT_TRUE(speaks(client("SQL_ASCII") + server("SQL_ASCII")));
  EXPECT_FALSE(speaks(server("LATIN1") + client("SQL_ASCII")));
}

TEST(Session, NoticesADeadServerWithoutARoundTrip) {
  std::promise<void> close_now;
  const ScriptedPeer peer(after_login([&](const PeerConnection& c) {
    close_now.get_future().wait();
    (void)c;  // and it closes
  }));
  const auto session = login::login(peer.settings(), nullptr);
  EXPECT_FALSE(session->dead());
  close_now.set_value();
  for (int i = 0; i < 200 && !session->dead(); ++i) std::this_thread::sleep_for(10ms);
  EXPECT_TRUE(session->dead());
}

TEST(Session, IsBrokenByGarbage) {
  const ScriptedPeer peer(after_login([](const PeerConnection& c) {
    c.send("D\xff\xff\xff\xff"s);
    c.sleep_until_closed();
  }));
  const auto session = login::login(peer.settings(), nullptr);
  EXPECT_THROW(session->receive(soon()), wire::ProtocolError);
  EXPECT_TRUE(session->dead());
}

TEST(Session, TakesLargeRowsAfterTheLogin) {
  const std::string row = message('D', "\0\1"s + "\0\x0f\xff\xfc"s + std::string(0xFFFFC, 'x'));
  const ScriptedPeer peer(after_login([&](const PeerConnection& c) {
    c.send(row);
    c.sleep_until_closed();
  }));
  const auto session = login::login(peer.settings(), nullptr);
  EXPECT_TRUE(session->receive(soon()).body == std::string_view(row).substr(5));
}

TEST(Session, AWriteTheServerDoesNotTakeTimesOut) {
  std::promise<void> over;
  const ScriptedPeer peer(after_login([&](const PeerConnection&) { over.get_future().wait(); }));
  {
    const auto session = login::login(peer.settings(), nullptr);
    wire::Frontend(session->outgoing()).query(std::string(std::size_t{64} << 20U, 'x'));
    try {
      session->flush(Deadline::after(100ms));
      ADD_FAILURE();
    } catch (const ConnectionError& error) {
      EXPECT_EQ(error.state(), "HYT01");
    }
    EXPECT_TRUE(session->dead());  // half a message went out
  }
  over.set_value();
}

TEST(Session, AWriteTheServerDoesNotTakeIsInterrupted) {
  std::promise<void> over;
  const ScriptedPeer peer(after_login([&](const PeerConnection&) { over.get_future().wait(); }));
  {
    const auto session = login::login(peer.settings(), nullptr);
    const Session::Shield shield(*session);  // the wait ends at once
    wire::Frontend(session->outgoing()).query(std::string(std::size_t{64} << 20U, 'x'));
    const auto other = std::async(std::launch::async, [&] {
      std::this_thread::sleep_for(100ms);
      return session->interrupt(soon());
    });
    try {
      session->flush(Deadline::never());
      ADD_FAILURE();
    } catch (const ConnectionError& error) {
      EXPECT_EQ(error.state(), "HY008");
    }
    EXPECT_TRUE(session->dead());  // half a message went out
  }
  over.set_value();
}

TEST(Session, SaysGoodbye) {
  std::string last;
  {
    const ScriptedPeer peer(after_login([&](const PeerConnection& c) { last = c.read_message(); }));
    login::login(peer.settings(), nullptr).reset();
  }
  EXPECT_EQ(last, "X");
}

TEST(Session, CancelsOverAConnectionOfItsOwn) {
  std::string request;
  std::promise<void> over;
  {
    const ScriptedPeer peer([&](const PeerConnection& c) {
      const std::string first = c.read_startup();
      if (first.starts_with("\x04\xd2"s)) {
        request = first;
        over.set_value();
        return;
      }
      c.send(logged_in());
      c.read(1);  // until the client makes room for the second connection
    });
    auto session = login::login(peer.settings(), nullptr);
    auto cancelled = std::async(std::launch::async, [&] { return session->cancel(soon()); });
    // The scripted peer serves one connection at a time: this one has to make room first.
    wire::Frontend(session->outgoing()).sync();
    session->flush(soon());
    EXPECT_TRUE(cancelled.get());
    over.get_future().wait();
  }
  EXPECT_EQ(request, "\x04\xd2\x16\x2e\0\0\0\x07key!"s);
}

TEST(Session, ACancelThatCannotBeDeliveredSaysSo) {
  std::unique_ptr<Session> session;
  {
    const ScriptedPeer peer(after_login([](const PeerConnection&) {}));
    session = login::login(peer.settings(), nullptr);
  }
  EXPECT_FALSE(session->cancel(Deadline::after(500ms)));
}

}  // namespace
}  // namespace negodbc::session::testing
