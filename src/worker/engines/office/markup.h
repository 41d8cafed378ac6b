#pragma once
// Walking through XML, by pugixml, which knows no entities but the five of XML and fetches nothing.
#include <functional>
#include <string_view>

#include <pugixml.hpp>

namespace holdall::worker::engines {

/// Nothing in it when it is no XML.
class Markup {
 public:
  explicit Markup(std::string_view xml);

  /// Calls `enter` for each element and `leave` behind its content; where `enter` says false nothing of the element is
  /// looked at, and it is not left. `characters` gets what stands between. However deep it is nested.
  struct Visitor {
    std::function<bool(std::string_view name, pugi::xml_node element)> enter;
    std::function<void(std::string_view name)> leave;
    std::function<void(std::string_view characters)> characters;
  };
  void walk(const Visitor& visitor) const;

 private:
  pugi::xml_document document_;
};

/// "t" of "w:t".
std::string_view local_name(std::string_view name);

}  // namespace holdall::worker::engines
