// Which of a cache's tickets is the one for a target.
#include "sspi_gssapi/ticket_list.h"

#include <gtest/gtest.h>

namespace negodbc::test {
namespace {

using auth::Ticket;
using sspi_gssapi::find_ticket;

const std::vector<Ticket> kTickets = {{"krbtgt/A@A", 100},
                                      {"postgres/db.example.com@A", 50},
                                      {"postgres/db.example.com@A", 70},
                                      {"postgres/two@A", 10},
                                      {"postgres/two@B", 20}};

TEST(TicketList, The_realm_is_found) {
  const auto found = find_ticket(kTickets, "postgres/db.example.com");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->target, "postgres/db.example.com@A");
  EXPECT_EQ(found->expires_at, 70) << "the one that lasts longest";
}

TEST(TicketList, Hosts_are_compared_without_case) {
  EXPECT_TRUE(find_ticket(kTickets, "postgres/DB.Example.com").has_value());
}

TEST(TicketList, A_realm_that_is_given_must_be_the_tickets) {
  EXPECT_TRUE(find_ticket(kTickets, "postgres/db.example.com@A").has_value());
  EXPECT_FALSE(find_ticket(kTickets, "postgres/db.example.com@B").has_value());
}

TEST(TicketList, Of_two_realms_none_is_chosen) {
  EXPECT_FALSE(find_ticket(kTickets, "postgres/two").has_value());
  EXPECT_EQ(find_ticket(kTickets, "postgres/two@B")->expires_at, 20);
}

TEST(TicketList, Nothing_is_found_of_what_is_not_there) {
  EXPECT_FALSE(find_ticket(kTickets, "postgres/db").has_value());
  EXPECT_FALSE(find_ticket({}, "postgres/db.example.com").has_value());
}

}  // namespace
}  // namespace negodbc::test
