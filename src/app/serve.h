#pragma once
// `holdall serve`: puts the program together and runs it until it is told to stop.
#include "app/settings.h"

namespace holdall::app {

/// Returns the process's exit status: 0 after an orderly end, 1 when it could not start (a sentence on standard error
/// says why).
int serve(Settings settings, const config::Warnings& warnings);

}  // namespace holdall::app
