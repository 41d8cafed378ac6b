#include "base/error.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace holdall {
namespace {

TEST(Error, ClassifiesWhatTheSystemSays) {
  struct Case {
    int error_number;
    ErrorKind kind;
  };
  const Case cases[] = {
      {ENOENT, ErrorKind::NotFound},   {ENOTDIR, ErrorKind::NotFound},  {EEXIST, ErrorKind::Conflict},
      {ENOSPC, ErrorKind::NoSpace},    {EDQUOT, ErrorKind::NoSpace},    {EMFILE, ErrorKind::Overloaded},
      {ENFILE, ErrorKind::Overloaded}, {ENOMEM, ErrorKind::Overloaded}, {EAGAIN, ErrorKind::Overloaded},
      {EIO, ErrorKind::Unavailable},   {EROFS, ErrorKind::Unavailable}, {ECANCELED, ErrorKind::Cancelled},
      {ETIMEDOUT, ErrorKind::Timeout}, {EACCES, ErrorKind::Internal},   {EINVAL, ErrorKind::Internal},
  };
  for (const Case& c : cases)
    EXPECT_EQ(error_from_errno(c.error_number, "open a").kind, c.kind) << c.error_number;
}

TEST(Error, TellsTheLogAndNotTheCallerWhatFailed) {
  const Error error = error_from_errno(EIO, "read blobs/1/secret");
  EXPECT_NE(error.internal.find("read blobs/1/secret"), std::string::npos);
  EXPECT_EQ(error.message.find("secret"), std::string::npos);
  EXPECT_NE(describe(error).find("read blobs/1/secret"), std::string::npos);
}

}  // namespace
}  // namespace holdall
