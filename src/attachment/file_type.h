#pragma once
// The types Holdall knows: by which extensions they go, which bytes they may begin with, by which names clients call
// them. Pure; no library that parses media is linked here.
#include <optional>
#include <string>
#include <string_view>

#include "attachment/signature.h"
#include "attachment/text_check.h"

namespace holdall::attachment {

/// What is not known more closely.
inline constexpr std::string_view kOctetStream = "application/octet-stream";
/// A program, where a collection names its extension.
inline constexpr std::string_view kProgramType = "application/x-executable";

struct FileType {
  std::string_view mime_type;
  bool is_text = false;
};

/// By extension with its dot, lower case; nothing for an extension the table does not know.
std::optional<FileType> type_of_extension(std::string_view extension);

/// Whether a file with that signature may be of that type. A type that is text wants Unknown and a TextCheck; a type
/// the table does not know may be anything but a Program.
bool may_be(std::string_view mime_type, Signature signature);

/// Whether what a client declared ("image/jpg", "text/plain; charset=utf-8") does not contradict `mime_type`. Nothing
/// declared, application/octet-stream, and the form types that clients send by default claim nothing.
bool declaration_agrees(std::string_view declared, std::string_view mime_type);

/// Extensions (with dot, lower case) that are programs, or that browsers and web servers run or render: nothing but an
/// entry of that very extension allows them.
bool is_dangerous_extension(std::string_view extension);

/// The same for a segment that is not the last. All are dangerous there too, but for .svg: drawings turned into
/// pictures are called logo.svg.png all over the web, and no server goes by the first of the two.
bool is_dangerous_inside(std::string_view extension);

/// Extensions whose content may be a Program, where a collection allows them: the dangerous ones, and scripts' own.
bool is_program_extension(std::string_view extension);

}  // namespace holdall::attachment
