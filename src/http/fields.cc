#include "http/fields.h"

#include <limits>
#include <stdexcept>

#include "base/encoding.h"

namespace holdall::http {
namespace {

std::string_view piece(const std::string& bytes, std::uint32_t at, std::uint32_t size) {
  return {bytes.data() + at, size};
}

}  // namespace

void Fields::add(std::string_view name, std::string_view value) {
  if (bytes_.size() + name.size() + value.size() > std::numeric_limits<std::uint32_t>::max()) {
    throw std::length_error("header fields of more than 4 GiB");
  }
  const auto at = static_cast<std::uint32_t>(bytes_.size());
  const auto name_size = static_cast<std::uint32_t>(name.size());
  bytes_.append(name).append(value);
  spans_.push_back({at, name_size, at + name_size, static_cast<std::uint32_t>(value.size())});
}

void Fields::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

// The bytes stay until clear(): a head is short-lived and removals are rare.
void Fields::remove(std::string_view name) {
  std::erase_if(spans_, [&](const Span& span) {
    return equals_ignoring_case(piece(bytes_, span.name_at, span.name_size), name);
  });
}

void Fields::clear() {
  bytes_.clear();
  spans_.clear();
}

void Fields::clear_and_shrink(std::size_t kept) {
  if (bytes_.capacity() + spans_.capacity() * sizeof(Span) > kept) {
    *this = Fields();
  } else {
    clear();
  }
}

std::optional<std::string_view> Fields::find(std::string_view name) const {
  for (const Span& span : spans_) {
    if (span.name_size == name.size() && equals_ignoring_case(piece(bytes_, span.name_at, span.name_size), name)) {
      return piece(bytes_, span.value_at, span.value_size);
    }
  }
  return std::nullopt;
}

std::size_t Fields::count(std::string_view name) const {
  std::size_t found = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    if (equals_ignoring_case(at(i).name, name)) ++found;
  }
  return found;
}

std::string Fields::joined(std::string_view name) const {
  std::string all;
  bool first = true;
  for (std::size_t i = 0; i < size(); ++i) {
    const Field field = at(i);
    if (!equals_ignoring_case(field.name, name)) continue;
    if (!first) all += ", ";
    all += field.value;
    first = false;
  }
  return all;
}

Fields::Field Fields::at(std::size_t index) const {
  const Span& span = spans_.at(index);
  return {piece(bytes_, span.name_at, span.name_size), piece(bytes_, span.value_at, span.value_size)};
}

}  // namespace holdall::http
