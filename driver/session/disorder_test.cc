// Answers in disorder: what is not known to be this statement's answer is told as nobody's.
#include <gtest/gtest.h>

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "driver/login/login.h"
#include "driver/login/testing/scripted_peer.h"
#include "driver/session/batch.h"
#include "driver/session/conversation.h"

namespace negodbc::session::testing {
namespace {

using login::testing::logged_in;
using login::testing::message;
using login::testing::PeerConnection;
using login::testing::ready;
using login::testing::ScriptedPeer;
using namespace std::chrono_literals;
using namespace std::string_literals;

const std::string accepted = message('1', "") + message('2', "");
const std::string columns = message(
    'T', "\0\1a\0"s + std::string(6, '\0') + "\0\0\0\x19\xff\xff"s + "\xff\xff\xff\xff\0\0"s);
const std::string one_row = message('D', "\0\1\0\0\0\1x"s);
const std::string completion = message('C', "SELECT 1\0"s);

std::string in_order(std::initializer_list<std::string_view> messages) {
  std::string all;
  for (const std::string_view each : messages) all.append(each);
  return all;
}

// Every Query and every Sync is answered with this.
ScriptedPeer::Script answering(std::string unasked, std::string answer) {
  return [unasked = std::move(unasked), answer = std::move(answer)](const PeerConnection& peer) {
    peer.read_startup();
    peer.send(logged_in() + unasked);
    for (;;) {
      const std::string in = peer.read_message();
      if (in.empty() || in[0] == 'X') return;
      if (in[0] == 'Q' || in[0] == 'S') peer.send(answer);
    }
  };
}

using Execution = std::function<std::unique_ptr<ResultStream>(Conversation&)>;

std::unique_ptr<ResultStream> by_query(Conversation& server) {
  return server.simple("SELECT 'x'", {}, Deadline::after(5s));
}
std::unique_ptr<ResultStream> by_messages(Conversation& server) {
  return server.extended("SELECT 'x'", {}, {}, {}, Deadline::after(5s));
}

void read_all(ResultStream& stream) {
  while (stream.next_row(Deadline::after(5s))) {
  }
}
void read_by_and_by(ResultStream& stream) {
  stream.detach(Deadline::after(5s));
  read_all(stream);
}
void close_at_once(ResultStream& stream) {
  stream.close(Deadline::after(5s));
}

// How two executions end, the first result of which is treated so: their SQLSTATEs.
std::string outcome(const std::string& unasked, const std::string& answer, const Execution& execute,
                    void (*treat)(ResultStream&)) {
  const ScriptedPeer peer(answering(unasked, answer));
  Conversation server(login::login(peer.settings(), nullptr));
  std::string states;
  for (int execution = 0; execution < 2; ++execution) {
    try {
      treat(*execute(server));
      states += "ok ";
    } catch (const ConnectionError& e) {
      states += std::string(e.state().view()) + (server.session().dead() ? " dead " : " alive ");
    }
  }
  return states;
}

constexpr void (*treatments[])(ResultStream&) = {read_all, read_by_and_by, close_at_once};

TEST(Disorder, AnAnswerInOrderIsOne) {
  for (const auto treat : treatments) {
    const std::string whole = in_order({columns, one_row, completion, ready()});
    EXPECT_EQ(outcome("", whole, by_query, treat), "ok ok ");
    EXPECT_EQ(outcome("", in_order({accepted, whole}), by_messages, treat), "ok ok ");
    EXPECT_EQ(outcome("", in_order({message('I', ""), ready()}), by_query, treat), "ok ok ");
    EXPECT_EQ(outcome(login::testing::parameter("TimeZone", "UTC"), in_order({completion, ready()}),
                      by_query, treat),
              "ok ok ");
  }
}

TEST(Disorder, AnAnswerWithoutAnEndEndsTheConnection) {
  for (const auto treat : treatments) {
    for (const std::string& begun :
         {""s, columns, in_order({columns, one_row}), in_order({columns, one_row, one_row})}) {
      const auto ends = [&](const std::string& answer, const Execution& execute) {
        EXPECT_EQ(outcome("", answer, execute, treat), "08S01 dead 08S01 dead ") << begun;
      };
      ends(in_order({begun, ready()}), by_query);
      ends(in_order({accepted, begun, ready()}), by_messages);
      ends(in_order({ready(), accepted, begun, completion, ready()}), by_messages);
    }
  }
}

TEST(Disorder, WhatComesUnaskedIsNoAnswer) {
  const std::string whole = columns + one_row + completion + ready();
  for (const auto treat : treatments) {
    EXPECT_EQ(outcome(whole, whole, by_query, treat), "08S01 dead 08S01 dead ");
    EXPECT_EQ(outcome(accepted + whole, accepted + whole, by_messages, treat),
              "08S01 dead 08S01 dead ");
    EXPECT_EQ(outcome("", whole + ready(), by_query, treat), "ok 08S01 dead ");
  }
}

TEST(Disorder, OfManySetsEachIsCompleted) {
  for (const int completed : {1, 2}) {
    std::string answer = accepted;
    for (int i = 0; i < completed; ++i) answer += completion;
    const ScriptedPeer peer(answering("", answer + ready()));
    Conversation server(login::login(peer.settings(), nullptr));
    Batch batch(server);
    const Prepared unnamed;
    for (int set = 0; set < 2; ++set) batch.add(unnamed, "SELECT 'x'", {}, 1);
    if (completed == 2) {
      EXPECT_EQ(batch.send({}, Deadline::after(5s)).done, 2U);
    } else {
      EXPECT_THROW(batch.send({}, Deadline::after(5s)), wire::ProtocolError);
      EXPECT_TRUE(server.session().dead());
    }
  }
}

}  // namespace
}  // namespace negodbc::session::testing
