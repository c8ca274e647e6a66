#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "cli/program.h"

int main(int argc, char** argv) {
    using namespace comity::cli;
    std::ios::sync_with_stdio(false);
    const char* no_color = std::getenv("NO_COLOR");
    Context context(std::cin, std::cout, std::cerr);
    context.in_terminal = isatty(STDIN_FILENO) == 1;
    context.out_terminal = isatty(STDOUT_FILENO) == 1;
    context.err_terminal = isatty(STDERR_FILENO) == 1;
    context.colour = context.out_terminal && (no_color == nullptr || *no_color == '\0');
    return run(context, {argv + 1, argv + argc});
}
