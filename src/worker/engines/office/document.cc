#include "worker/engines/office/document.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "worker/engines/office/markup.h"
#include "worker/engines/office/package.h"

namespace holdall::worker::engines {
namespace {

using media::protocol::Outcome;
using media::protocol::Reply;
using media::protocol::TextType;

constexpr std::size_t kMostSpaces = 1000;  // that one element may stand for

void end_line(std::string& text) {
  if (!text.empty() && text.back() != '\n') text += '\n';
}

std::size_t number_in(std::string_view text, std::size_t otherwise) {
  std::size_t value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The number in "ppt/slides/slide12.xml": parts are named in the order in which they were made.
std::size_t number_of_part(std::string_view name) {
  const std::size_t digits = name.find_last_not_of("0123456789", name.rfind('.') - 1);
  return number_in(name.substr(digits + 1), 0);
}

std::vector<std::string> names_between(const Package& package, std::string_view begin, std::string_view end) {
  std::vector<std::string> names;
  for (const auto& [name, part] : package.parts()) {
    if (name.starts_with(begin) && name.ends_with(end)) names.push_back(name);
  }
  std::ranges::sort(names, {}, [](const std::string& name) { return std::pair(number_of_part(name), name); });
  return names;
}

// Words of a document and of slides alike: runs of text in paragraphs. What only stands there for programs that do not
// know better, and what was deleted and is still remembered, is passed over.
std::string text_of_paragraphs(std::string_view xml) {
  std::string text;
  bool is_run = false;
  Markup(xml).walk({.enter =
                        [&](std::string_view name, pugi::xml_node) {
                          if (name == "Fallback" || name == "delText" || name == "instrText") return false;
                          if (name == "t") is_run = true;
                          if (name == "tab") text += '\t';
                          if (name == "br" || name == "cr") text += '\n';
                          return name != "tabs";
                        },
                    .leave =
                        [&](std::string_view name) {
                          if (name == "t") is_run = false;
                          if (name == "p") end_line(text);
                        },
                    .characters =
                        [&](std::string_view characters) {
                          if (is_run) text += characters;
                        }});
  return text;
}

void read_word(const Package& package, PageWriter& pages) {
  std::string text = text_of_paragraphs(package.part("word/document.xml"));
  for (const char* beside : {"word/footnotes", "word/endnotes", "word/header", "word/footer", "word/comments"}) {
    for (const std::string& name : names_between(package, beside, ".xml"))
      text += text_of_paragraphs(package.part(name));
  }
  pages.add_parts(text);
}

void read_slides(const Package& package, PageWriter& pages) {
  for (const std::string& name : names_between(package, "ppt/slides/slide", ".xml")) {
    std::string text = text_of_paragraphs(package.part(name));
    std::string notes = "ppt/notesSlides/notesSlide" + std::to_string(number_of_part(name)) + ".xml";
    text += text_of_paragraphs(package.part(notes));
    if (!pages.add({.text = std::move(text), .words = {}})) return;
  }
}

std::vector<std::string> shared_strings(std::string_view xml) {
  std::vector<std::string> strings;
  bool is_text = false;
  Markup(xml).walk({.enter =
                        [&](std::string_view name, pugi::xml_node) {
                          if (name == "rPh") return false;  // how it is pronounced
                          if (name == "si") strings.emplace_back();
                          if (name == "t") is_text = true;
                          return true;
                        },
                    .leave =
                        [&](std::string_view name) {
                          if (name == "t") is_text = false;
                        },
                    .characters =
                        [&](std::string_view characters) {
                          if (is_text && !strings.empty()) strings.back() += characters;
                        }});
  return strings;
}

// Rows as lines, cells with tabs between them.
std::string text_of_sheet(std::string_view xml, const std::vector<std::string>& strings) {
  std::string text;
  bool is_value = false, is_shared = false;
  Markup(xml).walk({.enter =
                        [&](std::string_view name, pugi::xml_node element) {
                          if (name == "c") is_shared = std::string_view(element.attribute("t").value()) == "s";
                          if (name == "v" || name == "t") is_value = true;
                          return name != "f";  // the formula of a value
                        },
                    .leave =
                        [&](std::string_view name) {
                          if (name == "v" || name == "t") is_value = false;
                          if (name == "c" && !text.empty() && text.back() != '\n' && text.back() != '\t') text += '\t';
                          if (name != "row" || text.empty()) return;
                          if (text.back() == '\t') text.pop_back();
                          end_line(text);
                        },
                    .characters =
                        [&](std::string_view characters) {
                          if (!is_value) return;
                          const std::size_t index = is_shared ? number_in(characters, strings.size()) : 0;
                          if (!is_shared) text += characters;
                          if (is_shared && index < strings.size()) text += strings[index];
                        }});
  return text;
}

void read_sheets(const Package& package, PageWriter& pages) {
  const std::vector<std::string> strings = shared_strings(package.part("xl/sharedStrings.xml"));
  for (const std::string& name : names_between(package, "xl/worksheets/sheet", ".xml")) {
    if (!pages.add_parts(text_of_sheet(package.part(name), strings))) return;
  }
}

/// One document's content.xml; presentations have their pages in it.
class OpenDocumentReader {
 public:
  explicit OpenDocumentReader(PageWriter& pages) : pages_(pages) {}

  void read(std::string_view xml) {
    Markup(xml).walk({.enter = [this](std::string_view name, pugi::xml_node element) { return enter(name, element); },
                      .leave = [this](std::string_view name) { leave(name); },
                      .characters =
                          [this](std::string_view characters) {
                            if (paragraphs_ > 0) text_ += characters;
                          }});
    pages_.add_parts(text_);
  }

 private:
  bool enter(std::string_view name, pugi::xml_node element) {
    if (name == "tracked-changes") return false;
    if (name == "p" || name == "h") ++paragraphs_;
    if (paragraphs_ == 0) return true;
    if (name == "tab") text_ += '\t';
    if (name == "line-break") text_ += '\n';
    if (name == "s") text_.append(std::min(number_in(element.attribute("text:c").value(), 1), kMostSpaces), ' ');
    return true;
  }

  void leave(std::string_view name) {
    if (name == "p" || name == "h") {
      --paragraphs_;
      end_line(text_);
    }
    if (name == "table-cell" && !text_.empty() && text_.back() == '\n') text_.back() = '\t';
    if (name == "table-row" && !text_.empty() && text_.back() == '\t') text_.back() = '\n';
    if (name == "page") pages_.add({.text = std::exchange(text_, {}), .words = {}});
  }

  PageWriter& pages_;
  std::string text_;
  std::size_t paragraphs_ = 0;  // notes stand within them
};

bool is_open_document_part(std::string_view name) { return name == "content.xml" || name == "META-INF/manifest.xml"; }

bool is_wanted_of(TextType type, std::string_view name) {
  switch (type) {
    case TextType::Word: return name.starts_with("word/") && name.ends_with(".xml");
    case TextType::Sheet: return name == "xl/sharedStrings.xml" || name.starts_with("xl/worksheets/sheet");
    case TextType::Slides: return name.starts_with("ppt/slides/slide") || name.starts_with("ppt/notesSlides/notes");
    case TextType::OpenDocument: return is_open_document_part(name);
    case TextType::Pdf:
    case TextType::Plain: break;
  }
  return false;
}

bool is_main_part(TextType type, std::string_view name) {
  switch (type) {
    case TextType::Word: return name == "word/document.xml";
    case TextType::Sheet: return name.starts_with("xl/worksheets/");
    case TextType::Slides: return name.starts_with("ppt/slides/");
    case TextType::OpenDocument: return name == "content.xml";
    case TextType::Pdf:
    case TextType::Plain: break;
  }
  return false;
}

Reply refusal(Outcome outcome, std::string_view reason) {
  Reply reply{.outcome = outcome};
  set_reason(reply, reason);
  return reply;
}

}  // namespace

Reply read_office(TextType type, std::string_view bytes, PageWriter& pages) {
  Package package;
  const Outcome opened = package.open(bytes, [type](std::string_view name) { return is_wanted_of(type, name); });
  if (opened != Outcome::Done) return refusal(opened, "the package cannot be opened");
  if (package.part("META-INF/manifest.xml").contains("encryption-data"))
    return refusal(Outcome::Locked, "wants a password");
  const auto is_main = [type](const auto& part) { return is_main_part(type, part.first); };
  if (std::ranges::none_of(package.parts(), is_main)) return refusal(Outcome::Unreadable, "no document in the package");
  switch (type) {
    case TextType::Word: read_word(package, pages); break;
    case TextType::Sheet: read_sheets(package, pages); break;
    case TextType::Slides: read_slides(package, pages); break;
    case TextType::OpenDocument: OpenDocumentReader(pages).read(package.part("content.xml")); break;
    case TextType::Pdf:
    case TextType::Plain: break;
  }
  return {.outcome = Outcome::Done};
}

}  // namespace holdall::worker::engines
