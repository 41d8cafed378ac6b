#pragma once
// A connection with everything that is prepared on it.
#include <memory>
#include <utility>

#include "catalog/sqlite/answer_table.h"
#include "catalog/sqlite/attachment_table.h"
#include "catalog/sqlite/connection.h"
#include "catalog/sqlite/derivative_table.h"
#include "catalog/sqlite/job_table.h"
#include "catalog/sqlite/list_query.h"
#include "catalog/sqlite/name_table.h"
#include "catalog/sqlite/search.h"
#include "catalog/sqlite/snapshot.h"
#include "catalog/sqlite/text_table.h"
#include "catalog/sqlite/user_table.h"

namespace holdall::catalog::sqlite {

/// Used by one thread at a time. Stays where it is: the tables refer to the connection.
struct Database {
  explicit Database(Connection opened) : connection(std::move(opened)) {}
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Connection connection;
  Snapshot snapshot{connection};
  UserTable users{connection};
  AttachmentTable attachments{connection};
  DerivativeTable derivatives{connection};
  JobTable jobs{connection};
  AnswerTable answers{connection};
  TextTable texts{connection};
  NameTable names{connection};
  Listing listing{connection};
  Search search{*this};
};

}  // namespace holdall::catalog::sqlite
