#include "api/upload_fields.h"

#include <utility>

#include "attachment/collection.h"

namespace holdall::api {

std::optional<std::string>* UploadFields::slot(std::string_view name) {
  if (name == "collection") return &collection_;
  if (name == "task_id") return &texts_.task_id;
  if (name == "record_type") return &texts_.record_type;
  if (name == "record_id") return &texts_.record_id;
  if (name == "role") return &texts_.role;
  if (name == "position") return &texts_.position;
  if (name == "metadata") return &texts_.metadata;
  if (name == "expires_at") return &texts_.expires_at;
  return nullptr;
}

bool UploadFields::is_known(std::string_view name) { return name == "tags" || UploadFields().slot(name) != nullptr; }

Result<void> UploadFields::add(std::string_view name, std::string value) {
  if (name == "tags") {
    texts_.tags.push_back(std::move(value));
    return {};
  }
  std::optional<std::string>* field = slot(name);
  if (field == nullptr)
    return fail(make_error(ErrorKind::InvalidArgument, "unknown-field",
                           "This form has a field that means nothing here; see the member 'field'.")
                    .with("field", std::string(name)));
  if (field->has_value())
    return fail(make_error(ErrorKind::InvalidArgument, "repeated-field",
                           "'" + std::string(name) + "' was given twice; give it once.")
                    .with("field", std::string(name)));
  *field = std::move(value);
  return {};
}

Result<UploadFields> UploadFields::from_query(const http::Request& request) {
  UploadFields fields;
  for (const http::QueryParameter& parameter : request.query) {
    if (!is_known(parameter.name)) continue;
    HOLDALL_TRY_VOID(fields.add(parameter.name, parameter.value));
  }
  return fields;
}

std::string UploadFields::collection() const { return collection_.value_or(attachment::kDefaultCollection); }

}  // namespace holdall::api
