#pragma once
// What a client says beside the bytes, gathered from the query and, for forms, from fields; a field said twice in
// different places is refused, `tags` may be said any number of times.
#include <optional>
#include <string>
#include <string_view>

#include "attachment/properties.h"
#include "http/message.h"

namespace holdall::api {

class UploadFields {
 public:
  /// Takes the query's parameters; others than those of an upload are left alone.
  static Result<UploadFields> from_query(const http::Request& request);

  /// A field of a form. InvalidArgument "unknown-field" or "repeated-field".
  Result<void> add(std::string_view name, std::string value);

  static bool is_known(std::string_view name);

  /// "default" where none was said.
  std::string collection() const;
  bool has_collection() const { return collection_.has_value(); }
  const attachment::PropertyTexts& properties() const { return texts_; }

 private:
  std::optional<std::string>* slot(std::string_view name);

  std::optional<std::string> collection_;
  attachment::PropertyTexts texts_;
};

}  // namespace holdall::api
