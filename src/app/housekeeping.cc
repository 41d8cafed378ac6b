#include "app/housekeeping.h"

#include <cstdio>

#include "app/backend.h"
#include "attachment/fsck.h"
#include "attachment/gc.h"
#include "io/sync_wait.h"

namespace holdall::app {
namespace {

int say(const Error& error, int status) {
  std::fprintf(stderr, "holdall: %s\n", error.message.c_str());
  return status;
}

// A mistyped name must not make a new, empty folder and find it in order.
Result<void> require_data_folder(const Settings& settings) {
  std::error_code error;
  if (std::filesystem::is_directory(settings.data, error)) return {};
  return fail(ErrorKind::InvalidArgument, "data-folder",
              "There is no data folder " + settings.data.string() + "; name it with --data.");
}

// As the one process that serves, which also finishes what a crash left undone; beside a server, as an onlooker.
Result<Backend> open_to_look(const Settings& settings) {
  HOLDALL_TRY_VOID(require_data_folder(settings));
  Result<Backend> backend = open_backend(settings, Use::Serve, system_clock());
  if (backend || backend.error().kind != ErrorKind::Locked) return backend;
  return open_backend(settings, Use::Inspect, system_clock());
}

Result<Backend> open_to_change(const Settings& settings, const std::string& advice) {
  HOLDALL_TRY_VOID(require_data_folder(settings));
  Result<Backend> backend = open_backend(settings, Use::Serve, system_clock());
  if (!backend && backend.error().kind == ErrorKind::Locked)
    return fail(ErrorKind::Locked, "in-use", "A server is using " + settings.data.string() + ": " + advice);
  return backend;
}

}  // namespace

int fsck(const Settings& settings, const FsckRequest& request) {
  Result<Backend> backend =
      request.repair ? open_to_change(settings, "stop it first, or leave --repair away.") : open_to_look(settings);
  if (!backend) return say(backend.error(), 2);
  const Context context{.request_id = "fsck", .deadline = Deadline::max(), .stop = {}};
  attachment::FsckOptions options{
      .read_data = request.read_data, .repair = request.repair, .grace = settings.gc_grace, .on_progress = {}};
  const auto report =
      io::sync_wait(attachment::check(*backend->catalog, *backend->store, system_clock(), std::move(options), context));
  if (!report) return say(report.error(), 2);
  const std::string text = request.json ? attachment::to_json(*report) : attachment::to_text(*report);
  std::printf("%s%s", text.c_str(), text.ends_with('\n') ? "" : "\n");
  return report->is_clean() ? 0 : 1;
}

int collect(const Settings& settings, const GcRequest& request) {
  Result<Backend> backend = request.dry_run
                                ? open_to_look(settings)
                                : open_to_change(settings, "it collects by itself; to look only, add --dry-run.");
  if (!backend) return say(backend.error(), 1);
  const Context context{.request_id = "gc", .deadline = Deadline::max(), .stop = {}};
  const attachment::GcOptions options{
      .grace = settings.gc_grace, .dry_run = request.dry_run, .allow_mass_removal = request.force};
  const auto report =
      io::sync_wait(attachment::collect_garbage(*backend->catalog, *backend->store, system_clock(), options, context));
  if (!report) return say(report.error(), 1);
  const std::string text = request.json ? attachment::to_json(*report) : attachment::to_text(*report);
  std::printf("%s%s", text.c_str(), text.ends_with('\n') ? "" : "\n");
  return 0;
}

int reindex(const Settings& settings) {
  Result<Backend> backend = open_to_change(settings, "stop it first.");
  if (!backend) return say(backend.error(), 1);
  const Context context{.request_id = "reindex", .deadline = Deadline::max(), .stop = {}};
  const auto rebuilt = io::sync_wait(backend->catalog->texts().rebuild_index(context));
  if (!rebuilt) return say(rebuilt.error(), 1);
  std::puts("The index of names and texts was made anew.");
  return 0;
}

}  // namespace holdall::app
