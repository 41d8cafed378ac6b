#include "config/setting.h"

#include "config/detail/toml_text.h"

namespace holdall::config {
namespace {

template <class... Cases>
struct Overload : Cases... {
  using Cases::operator()...;
};

}  // namespace

std::string describe(const Given& given) {
  return std::visit(Overload{
                        [](const Text& given_text) { return detail::toml_string(given_text.text); },
                        [](bool value) { return std::string(value ? "true" : "false"); },
                        [](std::int64_t value) { return std::to_string(value); },
                        [](const std::string& text) { return detail::toml_string(text); },
                        [](const std::vector<std::string>& texts) { return detail::toml_list(texts); },
                        [](const Other& other) { return other.text; },
                    },
                    given);
}

std::string describe(const Origin& origin) {
  switch (origin.source) {
    case Source::Default: return "default";
    case Source::File: return origin.name;
    case Source::Environment: return "environment variable " + origin.name;
    case Source::Flag: return "flag " + origin.name;
  }
  return origin.name;
}

}  // namespace holdall::config
