#pragma once
// What of an attachment's names is searched.
#include <string>
#include <string_view>
#include <vector>

#include "catalog/rows.h"

namespace holdall::catalog::detail {

/// As texts, one entry a line.
struct NameText {
  std::string filename;
  std::string tags;
  std::string metadata;  ///< texts and numbers at any depth, not what they are called
  friend bool operator==(const NameText&, const NameText&) = default;
};

NameText name_text(const Attachment& row);

}  // namespace holdall::catalog::detail
