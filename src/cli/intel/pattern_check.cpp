#include <fmt/format.h>

#include <memory>
#include <ostream>
#include <string_view>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/intel/pattern_text.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

struct IntelPatternCheckOptions {
    std::string pattern;
    std::string spec = "2.1";
};

Result<void> check_one(Context& context, const IntelPatternCheckOptions& options) {
    const auto pattern = intelligence::parse_pattern(options.pattern, grammar_of(options.spec));
    if (context.json) {
        json::Object form{{"valid", pattern.has_value()}};
        if (!pattern) form["error"] = pattern.error().message();
        print_json(context, form);
    }
    if (!pattern) return within("pattern", pattern.error());
    if (!context.json) context.out << "The pattern is well formed.\n";
    return {};
}

// One pattern a line; empty lines are passed over.
Result<void> check_file(Context& context, const IntelPatternCheckOptions& options) {
    COMITY_TRY(const std::string text, read_file(context, options.pattern, kMaxPatternFile));
    const std::string file = options.pattern == "-" ? "standard input" : options.pattern;
    std::size_t line = 0;
    std::size_t checked = 0;
    json::Array wrong;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        std::string_view pattern = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        ++line;
        if (pattern.ends_with('\r')) pattern.remove_suffix(1);
        if (pattern.find_first_not_of(" \t") == std::string_view::npos) continue;
        ++checked;
        const auto sound = intelligence::check_pattern(pattern, grammar_of(options.spec));
        if (sound) continue;
        if (!context.json)
            context.err << fmt::format("{} line {} {}\n", file, line, printable(sound.error().message()));
        wrong.push_back(json::Object{{"line", line}, {"error", sound.error().message()}});
    }
    const std::size_t bad = wrong.size();
    if (context.json) {
        print_json(context,
                   json::Object{{"valid", bad == 0}, {"checked", checked}, {"wrong", std::move(wrong)}});
    } else if (bad == 0) {
        context.out << fmt::format("{} patterns, all well formed.\n", checked);
    }
    if (bad != 0) return invalid(file, fmt::format("{} of {} patterns are wrong", bad, checked));
    return {};
}

}  // namespace

void add_intel_pattern_check(Command& pattern, Context& context) {
    auto options = std::make_shared<IntelPatternCheckOptions>();
    Command command = pattern.add_command(
        {.name = "check",
         .summary = "Check that a STIX pattern is well formed",
         .description = "PATTERN is a pattern, which begins with [ or (, or a file with one on each line. A "
                        "fault is told "
                        "with its column, what was found there and what was expected.",
         .examples = {{"comity intel pattern check \"[ipv4-addr:value = '198.51.100.7']\"", ""},
                      {"comity intel pattern check patterns.txt --json", "one a line"}}});
    command.add_option("PATTERN", options->pattern, "The pattern, or a file of them (- for standard input)")
        .required();
    command.add_option("--spec", options->spec, "The version of STIX whose grammar it is")
        .one_of({"2.0", "2.1"});
    command.on_run(context, [options](Context& c) {
        return is_pattern(options->pattern) ? check_one(c, *options) : check_file(c, *options);
    });
}

}  // namespace comity::cli
