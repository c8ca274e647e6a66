#include "cli/secret_input.h"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <istream>
#include <ostream>

#include "cli/files.h"
#include "crypto/random.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxPasswordFile = 4096;

// How the terminal was, for the signal handler too.
termios before_silence{};

// Ctrl-C while a password is typed must not leave a terminal that shows nothing. tcsetattr, signal and raise
// are safe here (POSIX signal-safety).
void give_back_and_end(int signal) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_silence);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

// The terminal without echo, for as long as this stands.
class Silence {
  public:
    Silence() : was_terminal_(tcgetattr(STDIN_FILENO, &before_silence) == 0) {
        if (!was_terminal_) return;
        for (const int signal : kSignals) std::signal(signal, give_back_and_end);
        termios silent = before_silence;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~Silence() {
        if (!was_terminal_) return;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_silence);
        for (const int signal : kSignals) std::signal(signal, SIG_DFL);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

  private:
    static constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP};
    bool was_terminal_;
};

Result<std::string> first_line(std::string text, const std::string& where) {
    text.resize(std::min(text.find('\n'), text.size()));
    if (text.ends_with('\r')) text.pop_back();
    if (text.empty()) return invalid(where, "holds no password", "write it on the first line");
    return text;
}

std::string ask(Context& context, std::string_view prompt) {
    context.err << prompt << std::flush;
    std::string line;
    std::getline(context.in, line);
    context.err << '\n';
    return line;
}

}  // namespace

Result<std::string> new_password(Context& context, const std::string& file) {
    if (!file.empty() && file != "-") {
        COMITY_TRY(std::string text, read_file(context, file, kMaxPasswordFile));
        return first_line(std::move(text), file);
    }
    if (!context.in_terminal || file == "-") {
        std::string line;
        std::getline(context.in, line);
        return first_line(std::move(line), "standard input");
    }
    const Silence silence;
    std::string once = ask(context, "New password: ");
    const std::string twice = ask(context, "The same again: ");
    if (once != twice) return invalid("password", "the two are not the same", "type it again");
    return once;
}

std::string generated_password() {
    static constexpr std::string_view kLetters =
        "abcdefghijkmnpqrstuvwxyz23456789";  // 32, none that look alike
    const Bytes random = crypto::random_bytes(25);
    std::string password;
    for (std::size_t i = 0; i < random.size(); ++i) {
        if (i > 0 && i % 5 == 0) password += '-';
        password += kLetters[random[i] % kLetters.size()];
    }
    return password;
}

}  // namespace comity::cli
