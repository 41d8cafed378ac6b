#include "http/connection_caps.h"

#include <gtest/gtest.h>

namespace holdall::http {
namespace {

using boost::asio::ip::make_address;
using Verdict = ConnectionCaps::Verdict;

TEST(ConnectionCaps, CountsEachClientAndAllTogether) {
  const auto caps = ConnectionCaps::create(3, 2);
  ConnectionCaps::Place a, b, c, d;
  EXPECT_EQ(caps->admit(make_address("10.0.0.1"), a), Verdict::Admitted);
  EXPECT_EQ(caps->admit(make_address("10.0.0.1"), b), Verdict::Admitted);
  EXPECT_EQ(caps->admit(make_address("10.0.0.1"), c), Verdict::ClientFull);
  EXPECT_EQ(caps->admit(make_address("10.0.0.2"), c), Verdict::Admitted);
  EXPECT_EQ(caps->admit(make_address("10.0.0.3"), d), Verdict::ServerFull);
  b = ConnectionCaps::Place();
  EXPECT_EQ(caps->admit(make_address("10.0.0.1"), d), Verdict::Admitted);
  EXPECT_EQ(caps->open(), 3U);
  EXPECT_FALSE(caps->wait_until_empty(std::chrono::milliseconds(0)));
}

TEST(ConnectionCaps, IsEmptyWhenAllPlacesAreGivenBack) {
  const auto caps = ConnectionCaps::create(3, 2);
  {
    ConnectionCaps::Place place;
    EXPECT_EQ(caps->admit(make_address("::1"), place), Verdict::Admitted);
    const ConnectionCaps::Place moved = std::move(place);
    EXPECT_EQ(caps->open(), 1U);
  }
  EXPECT_EQ(caps->open(), 0U);
  EXPECT_TRUE(caps->wait_until_empty(std::chrono::milliseconds(0)));
}

TEST(ConnectionCaps, TakesAnIpv6NetworkForOneClient) {
  EXPECT_EQ(client_key(make_address("2001:db8::1:2:3:4")), "2001:db8::/64");
  EXPECT_EQ(client_key(make_address("2001:db8::9")), "2001:db8::/64");
  EXPECT_EQ(client_key(make_address("::ffff:10.0.0.1")), "10.0.0.1");
  EXPECT_EQ(client_key(make_address("10.0.0.1")), "10.0.0.1");
}

}  // namespace
}  // namespace holdall::http
