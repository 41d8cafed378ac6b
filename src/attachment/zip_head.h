#pragma once
// What the entries at the beginning of a ZIP file say it is (APPNOTE 6.3.9 section 4.3.7, local file headers). Names
// and lengths come from the file and are believed only as far as the head reaches.
#include <string_view>

#include "attachment/signature.h"

namespace holdall::attachment {

inline constexpr std::string_view kDocxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
inline constexpr std::string_view kXlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
inline constexpr std::string_view kPptxType =
    "application/vnd.openxmlformats-officedocument.presentationml.presentation";
inline constexpr std::string_view kOdtType = "application/vnd.oasis.opendocument.text";
inline constexpr std::string_view kOdsType = "application/vnd.oasis.opendocument.spreadsheet";
inline constexpr std::string_view kOdpType = "application/vnd.oasis.opendocument.presentation";

/// Zip, OpenXml or OpenDocument, for a head that begins with a local file header.
Signature zip_signature(std::string_view head);

/// DOCX by a part below word/, XLSX by xl/, PPTX by ppt/, whichever comes first; empty when the head shows none.
std::string_view open_xml_type(std::string_view head);

/// One of the OpenDocument types above, or "application/vnd.oasis.opendocument" for the others.
std::string_view open_document_type(std::string_view head);

}  // namespace holdall::attachment
