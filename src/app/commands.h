#pragma once
// The command line: `holdall <verb> ...`.

namespace holdall::app {

/// Runs the verb that `argv` names and answers the process's exit status: 0 for success, 1 for a failure said on
/// standard error, 2 for words that mean nothing (fsck: 1 for findings, 2 for what could not be checked).
int run(int argc, const char* const* argv);

}  // namespace holdall::app
