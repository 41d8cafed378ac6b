#include "worker/engines/office/markup.h"

namespace holdall::worker::engines {

Markup::Markup(std::string_view xml) {
  if (!document_.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_ws_pcdata)) document_.reset();
}

void Markup::walk(const Visitor& visitor) const {
  pugi::xml_node node = document_.first_child();
  while (node) {
    bool goes_in = false;
    if (node.type() == pugi::node_element) {
      goes_in = visitor.enter(local_name(node.name()), node);
      if (goes_in && !node.first_child()) visitor.leave(local_name(node.name()));
    } else if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) {
      visitor.characters(node.value());
    }
    if (goes_in && node.first_child()) {
      node = node.first_child();
      continue;
    }
    while (node && !node.next_sibling()) {
      node = node.parent();
      if (node.type() == pugi::node_element) visitor.leave(local_name(node.name()));
    }
    node = node.next_sibling();
  }
}

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace holdall::worker::engines
