#pragma once
// Header fields of a message: flat storage, names compared without case, order kept.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdall::http {

/// One string holds all bytes, so that a request's head costs two allocations. Not thread-safe.
class Fields {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  void add(std::string_view name, std::string_view value);
  /// Replaces every field of that name.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  void clear();
  /// Clears, and gives memory back where more than `kept` bytes are held.
  void clear_and_shrink(std::size_t kept);

  /// The first value of that name. The view lives until the next change.
  std::optional<std::string_view> find(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  bool has(std::string_view name) const { return find(name).has_value(); }
  /// All values of that name joined by ", " (RFC 9110 section 5.3).
  std::string joined(std::string_view name) const;

  std::size_t size() const { return spans_.size(); }
  Field at(std::size_t index) const;

 private:
  struct Span {
    std::uint32_t name_at, name_size, value_at, value_size;
  };
  std::string bytes_;
  std::vector<Span> spans_;
};

}  // namespace holdall::http
