#include "media/config.h"

#include "config/schema.h"

namespace holdall::media {

using namespace std::chrono_literals;

void declare(config::Schema& schema, Config& config) {
  schema.add_section("media", "Looking into files, in a process of its own (holdall-media): pictures, text.");
  schema.add_bool("media.enabled", config.enabled,
                  {.doc = "Whether files are looked into at all; without it there are no thumbnails and no texts."});
  schema.add_path("media.program", config.program,
                  {.doc = "The program that looks into files; empty: holdall-media beside holdall itself."});
  schema.add_choice("media.sandbox", config.sandbox,
                    {{"strict", Strictness::Strict}, {"best-effort", Strictness::BestEffort}},
                    {.doc = "strict: no start where seccomp or the limits do not hold; best-effort: a warning."});
  schema.add_integer("media.concurrency", config.concurrency, 0, 128,
                     {.doc = "Files looked into at the same time; 0 takes one for each processor."});
  schema.add_integer("media.queue", config.queue, 1, 10'000,
                     {.doc = "Requests that may wait for their turn; more are told to come again."});
  schema.add_bytes("media.memory", config.memory, 256LL << 20, 64LL << 30,
                   {.doc = "Address space for looking into one file."});
  schema.add_integer("media.max_pixels", config.max_pixels, 1'000'000, 2'000'000'000,
                     {.doc = "Pictures with more pixels than this get no thumbnail."});
  schema.add_duration("media.timeout", config.timeout, 1s, 10min,
                      {.doc = "How long one file may be looked into; then it counts as one that cannot be read."});
  schema.add_duration("media.recognition_timeout", config.recognition_timeout, 1s, 10min,
                      {.doc = "The same for recognising the letters of one page."});
}

}  // namespace holdall::media
