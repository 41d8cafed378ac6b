#pragma once
// Reads the text of a file, without anybody waiting: the handlers of catalog::kReadText and kForgetText jobs.
#include "attachment/backends.h"

namespace holdall::attachment {

/// How often reading is tried before the text counts as one that cannot be had: for jobs::KindLimits.
inline constexpr int kReadAttempts = 5;

/// Of the recognised text that stands in an attachment itself; all of it has a route of its own.
inline constexpr std::size_t kMostRecognised = 64 * 1024;

/// Keeps the text a file has in it, page by page, and then what is recognised in pages that have none, or in a picture;
/// at last says how it ended: Done, or Failed with the reason. Nothing is done for a text that is not pending. Success
/// also when the file is gone. Twice is harmless: an attempt after the first does not recognise again the pages of a
/// PDF that are kept. Errors: InvalidArgument "job-malformed"; those of media::Engine, of the store and of the catalog
/// that pass, until the last attempt, which leaves the text Failed.
io::Task<Result<void>> read_text(const Backends& backends, const catalog::Job& job, const Context& context);

/// What was recognised in the pictures of a file, page by page, at most kMostRecognised bytes; nothing when nothing
/// was.
io::Task<Result<std::optional<std::string>>> recognised_text(catalog::Texts& texts, const catalog::Attachment& row,
                                                             const Context& context);

/// Removes the text of a blob that is gone. Errors: InvalidArgument "job-malformed"; the catalog's own.
io::Task<Result<void>> forget_text(catalog::Texts& texts, const catalog::Job& job, const Context& context);

}  // namespace holdall::attachment
