#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <memory>
#include <ostream>

#include "base/text.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/scan/listed_json.h"
#include "crypto/unicode.h"
#include "http/line_server.h"
#include "intelligence/match/lookup.h"

namespace comity::cli {

namespace {

constexpr std::chrono::milliseconds kServedAtOnce{200};
constexpr std::chrono::milliseconds kBetweenIndexLooks{1000};

struct IntelIndexServeOptions {
    std::string file;
    std::string socket;
    std::string mode = "600";
};

volatile std::sig_atomic_t index_stop_asked = 0;
void ask_index_stop(int) {
    index_stop_asked = 1;
}

Result<unsigned> read_socket_mode(const std::string& text) {
    unsigned mode = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || mode > 0777)
        return invalid("--mode", fmt::format("'{}' is no mode of a file", shown(text, 20)),
                       "write it as 600, 660 or 666");
    return mode;
}

void answer_line(const WatchList& list, Clock& clock, std::string_view line, std::string& answer) {
    const std::string_view value = trimmed(line);
    // What is no text is listed nowhere.
    const json::Object item = crypto::is_utf8(value)
                                  ? listed_json(list.catalog(), std::string(value), clock.now())
                                  : json::Object{{"value", printable(value)},
                                                 {"listed", false},
                                                 {"indicators", json::Array()},
                                                 {"more", false}};
    answer += json::write(json::Value(item));
}

Result<void> serve_index(Context& context, const IntelIndexServeOptions& options) {
    using std::chrono::steady_clock;
    COMITY_TRY(const unsigned mode, read_socket_mode(options.mode));
    COMITY_TRY(const auto list, WatchList::open(context, options.file, {}));
    COMITY_CHECK(list->verified());
    COMITY_TRY(const auto server,
               http::LineServer::open({.path = options.socket,
                                       .mode = mode,
                                       .max_line = intelligence::match::kMaxAskedValue,
                                       .answer = [&](std::string_view line, std::string& answer) {
                                           answer_line(*list, *context.clock, line, answer);
                                       }}));
    index_stop_asked = 0;
    struct sigaction action{};
    action.sa_handler = ask_index_stop;
    struct sigaction before_int{}, before_term{};
    sigaction(SIGINT, &action, &before_int);
    sigaction(SIGTERM, &action, &before_term);
    context.out << fmt::format("{} values at {}\n", list->catalog().values(), options.socket) << std::flush;
    const auto serving = [&]() -> Result<void> {
        for (auto looked = steady_clock::now(); index_stop_asked == 0;) {
            COMITY_CHECK(server->serve(kServedAtOnce));
            if (steady_clock::now() - looked < kBetweenIndexLooks) continue;
            if (const auto newer = list->refresh(); !newer) print_error(context, newer.error());
            looked = steady_clock::now();
        }
        return {};
    };
    auto done = serving();
    sigaction(SIGINT, &before_int, nullptr);
    sigaction(SIGTERM, &before_term, nullptr);
    return done;
}

}  // namespace

void add_intel_index_serve(Command& index, Context& context) {
    auto options = std::make_shared<IntelIndexServeOptions>();
    Command command = index.add_command(
        {.name = "serve",
         .summary = "Answer other programs on this machine from an index file",
         .description =
             "Listens at a Unix socket. Each line that a program sends is a value in any spelling, and is "
             "answered by a line of JSON, in their order: the value, whether it is listed, the indicators "
             "that "
             "list it with their kinds and sources, and whether there are more of them. Many may be sent "
             "before the first answer is read. A newer file is taken up "
             "within a second. Whom the socket lets in can find out what is in the file.",
         .examples = {{"comity intel index serve sensor.cmx --socket /run/comity/lookup.sock", ""},
                      {"echo a.evil.com | socat - UNIX-CONNECT:/run/comity/lookup.sock", "ask it"}}});
    command.add_option("FILE", options->file, "The index file").required();
    command.add_option("--socket", options->socket, "The socket to listen at").type_name("PATH").required();
    command.add_option("--mode", options->mode, "Who may ask, as a file's mode; default: 600")
        .type_name("OCTAL");
    command.on_run(context, [options](Context& c) { return serve_index(c, *options); });
}

}  // namespace comity::cli
