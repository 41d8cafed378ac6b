#include "media/protocol/descriptors.h"

#include <cerrno>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace holdall::media::protocol {
namespace {

class DescriptorsTest : public ::testing::Test {
 protected:
  DescriptorsTest() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    left_ = OwnedDescriptor(ends[0]);
    right_ = OwnedDescriptor(ends[1]);
  }

  static std::span<const std::byte> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

  OwnedDescriptor left_, right_;
};

TEST_F(DescriptorsTest, BringsAFileAcross) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe2(pipe_ends, O_CLOEXEC), 0);
  const OwnedDescriptor reader(pipe_ends[0]);
  OwnedDescriptor writer(pipe_ends[1]);
  const int sent = writer.get();
  ASSERT_EQ(send_message(left_.get(), bytes("job"), std::span(&sent, 1)), 0);
  writer.reset();
  auto received = receive_message(right_.get(), 16);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->bytes.size(), 3U);
  ASSERT_EQ(received->descriptors.size(), 1U);
  EXPECT_NE(::fcntl(received->descriptors[0].get(), F_GETFD) & FD_CLOEXEC, 0) << "must not leak into what is started";
  EXPECT_EQ(::write(received->descriptors[0].get(), "x", 1), 1);
  received->descriptors.clear();
  char byte[2];
  EXPECT_EQ(::read(reader.get(), byte, 2), 1);
  EXPECT_EQ(::read(reader.get(), byte, 2), 0) << "nobody else holds it open";
}

TEST_F(DescriptorsTest, TellsTheEnd) {
  left_.reset();
  const auto received = receive_message(right_.get(), 16);
  ASSERT_TRUE(received);
  EXPECT_TRUE(received->bytes.empty());
}

TEST_F(DescriptorsTest, RefusesWhatIsTooLong) {
  ASSERT_EQ(send_message(left_.get(), bytes("seventeen letters"), {}), 0);
  const auto received = receive_message(right_.get(), 16);
  ASSERT_FALSE(received);
  EXPECT_EQ(received.error(), EMSGSIZE);
}

TEST_F(DescriptorsTest, SaysThatNobodyListens) {
  right_.reset();
  EXPECT_EQ(send_message(left_.get(), bytes("job"), {}), EPIPE);
}

}  // namespace
}  // namespace holdall::media::protocol
