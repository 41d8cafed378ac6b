#include "attachment/fsck_report.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/byte_count.h"

namespace holdall::attachment {
namespace {

struct DefectKind {
  std::string_view name;
  Severity severity;
};

// In the order of the enumeration.
constexpr std::array<DefectKind, kDefects> kDefectKinds = {{
    {"catalog-damaged", Severity::Error},
    {"key-malformed", Severity::Error},
    {"store-unknown", Severity::Error},
    {"blob-missing", Severity::Error},
    {"size-differs", Severity::Error},
    {"content-differs", Severity::Error},
    {"unreadable", Severity::Error},
    {"blob-unused", Severity::Warning},
    {"young-orphan", Severity::Notice},
    {"old-orphan", Severity::Warning},
    {"usage-differs", Severity::Error},
}};

const DefectKind& kind_of(Defect defect) { return kDefectKinds.at(static_cast<std::size_t>(defect)); }

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  for (const char c : text) {
    if (c >= ' ' && c <= '~')
      shown += c;
    else
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return shown;
}

boost::json::object to_object(const Finding& finding) {
  boost::json::object object{{"severity", name_of(severity_of(finding.defect))},
                             {"defect", name_of(finding.defect)},
                             {"what", finding.what},
                             {"repaired", finding.is_repaired}};
  if (finding.blob_id) object["blob_id"] = *finding.blob_id;
  if (finding.user_id) object["user_id"] = *finding.user_id;
  if (!finding.key.empty()) object["key"] = finding.key;
  return object;
}

}  // namespace

Severity severity_of(Defect defect) { return kind_of(defect).severity; }

std::string_view name_of(Defect defect) { return kind_of(defect).name; }

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::Notice: return "notice";
    case Severity::Warning: return "warning";
    case Severity::Error: return "error";
  }
  return "error";
}

void FsckReport::add(Finding finding) {
  ++counts_.at(static_cast<std::size_t>(finding.defect));
  if (findings_.size() >= kFindingsKept) {
    ++left_out_;
    return;
  }
  finding.what = printable(finding.what);
  finding.key = printable(finding.key);
  findings_.push_back(std::move(finding));
}

std::uint64_t FsckReport::count(Severity severity) const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kDefects; ++i) {
    if (kDefectKinds.at(i).severity == severity) sum += counts_.at(i);
  }
  return sum;
}

std::string to_text(const FsckReport& report) {
  std::string text;
  for (const Finding& finding : report.findings()) {
    text += fmt::format("{}: {}: {}", name_of(severity_of(finding.defect)), name_of(finding.defect), finding.what);
    if (finding.blob_id) text += fmt::format(" [blob {}]", *finding.blob_id);
    if (finding.user_id) text += fmt::format(" [user {}]", *finding.user_id);
    if (!finding.key.empty()) text += fmt::format(" [{}]", finding.key);
    text += finding.is_repaired ? " (repaired)\n" : "\n";
  }
  if (report.findings_left_out() > 0) text += fmt::format("and {} more findings\n", report.findings_left_out());
  text += fmt::format("{}: {} rows, {} stored files, {} read; {} errors, {} warnings, {} notices.\n",
                      report.is_clean() ? "clean" : "findings", report.rows_checked, report.blobs_stored,
                      format_byte_count(report.bytes_read), report.count(Severity::Error),
                      report.count(Severity::Warning), report.count(Severity::Notice));
  return text;
}

std::string to_json(const FsckReport& report) {
  boost::json::object counts;
  for (std::size_t i = 0; i < kDefects; ++i)
    counts[kDefectKinds.at(i).name] = report.count(static_cast<Defect>(i));
  boost::json::array findings;
  for (const Finding& finding : report.findings())
    findings.push_back(to_object(finding));
  return boost::json::serialize(boost::json::object{{"clean", report.is_clean()},
                                                    {"rows_checked", report.rows_checked},
                                                    {"blobs_stored", report.blobs_stored},
                                                    {"bytes_read", report.bytes_read},
                                                    {"orphan_bytes", report.orphan_bytes},
                                                    {"counts", std::move(counts)},
                                                    {"findings", std::move(findings)},
                                                    {"findings_left_out", report.findings_left_out()}});
}

}  // namespace holdall::attachment
