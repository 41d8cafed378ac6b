// The server and its command line. What the verbs do stands in src/app.
#include "app/commands.h"

int main(int argc, char** argv) { return holdall::app::run(argc, argv); }
