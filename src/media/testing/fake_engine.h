#pragma once
// An engine without a process: its pictures are texts that say what was ordered and from what.
#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "media/engine.h"

namespace holdall::media::testing {

class FakeEngine final : public Engine {
 public:
  std::atomic<int> calls = 0;
  std::optional<Error> error;              ///< what every call answers
  std::function<io::Task<void>()> before;  ///< awaited by every call before it answers

  std::vector<TextPage> pages;                             ///< what read_text() answers
  std::function<Result<TextPage>(std::uint32_t)> letters;  ///< what recognise() answers of a page; by default nothing

  io::Task<Result<std::unique_ptr<MadeText>>> read_text(TextRequest, int, Priority, const Context&) override {
    ++calls;
    if (error) co_return fail(Error(*error));
    co_return made_text(pages);
  }

  io::Task<Result<std::unique_ptr<MadeText>>> recognise(RecognitionRequest request, int, Priority,
                                                        const Context&) override {
    ++calls;
    if (error) co_return fail(Error(*error));
    TextPage page{.text = {}, .words = {}};
    if (letters) {
      HOLDALL_CO_TRY(page, letters(request.page));
    }
    page.source = TextSource::Recognised;
    co_return made_text({page});
  }

  io::Task<Result<std::unique_ptr<MadePicture>>> make_picture(PictureRequest request, int file, Priority,
                                                              const Context&) override {
    ++calls;
    if (before) co_await before();
    if (error) co_return fail(Error(*error));
    std::string content(1024, '\0');
    content.resize(static_cast<std::size_t>(::pread(file, content.data(), content.size(), 0)));
    const std::string picture = fmt::format("{} of {} as {}x{} {}", mime_type_of(request.target), content,
                                            request.width, request.height, static_cast<int>(request.fit));
    protocol::OwnedDescriptor output(::memfd_create("test", MFD_CLOEXEC));
    if (::write(output.get(), picture.data(), picture.size()) < 0) co_return fail(internal_error("write"));
    const protocol::Reply reply{.outcome = protocol::Outcome::Done,
                                .width = request.width,
                                .height = request.height,
                                .source_width = 640,
                                .source_height = 480,
                                .pages = 3};
    co_return std::make_unique<MadePicture>(std::move(output), picture.size(), reply);
  }

 private:
  static std::unique_ptr<MadeText> made_text(const std::vector<TextPage>& pages) {
    std::string bytes;
    for (const TextPage& page : pages)
      bytes += encode_page(page);
    protocol::OwnedDescriptor output(::memfd_create("test", MFD_CLOEXEC));
    const ssize_t written = ::write(output.get(), bytes.data(), bytes.size());
    const protocol::Reply reply{.outcome = protocol::Outcome::Done,
                                .pages = static_cast<std::uint32_t>(written < 0 ? 0 : pages.size())};
    return std::make_unique<MadeText>(std::move(output), bytes.size(), reply);
  }
};

}  // namespace holdall::media::testing
