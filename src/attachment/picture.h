#pragma once
// Pictures made from files: made once, kept in the store beside the blob they come from, found again.
#include "attachment/backends.h"
#include "media/engine.h"

namespace holdall::attachment {

/// What a client may ask of a picture; how it is coded is chosen from offers_for().
struct PictureOrder {
  std::uint32_t width = 200;
  std::uint32_t height = 200;
  std::uint32_t page = 1;
  media::Fit fit = media::Fit::Contain;
  media::PictureType target = media::PictureType::Jpeg;
};

/// The types a picture of that file may be sent as, the one that is nearest to the file itself first; none when it has
/// no picture.
std::vector<media::PictureType> offers_for(std::string_view mime_type);

/// The row of the picture, from the store or made now. Of several callers at a time one makes it.
/// Errors: those of media::Engine (what is wrong with the file is remembered for a day); Unavailable "media-disabled";
/// NotFound when the attachment goes meanwhile; the store's and the catalog's own.
io::Task<Result<catalog::Derivative>> find_or_make_picture(const Backends& backends, const catalog::Attachment& row,
                                                           PictureOrder order, media::Priority priority,
                                                           const Context& context);

/// The bytes of a picture that was found; NotFound when they are lost: then the row is forgotten, and the next call of
/// find_or_make_picture() makes it again.
io::Task<Result<std::unique_ptr<blob::Reader>>> open_picture(const Backends& backends, const catalog::Derivative& made,
                                                             const Context& context);

}  // namespace holdall::attachment
