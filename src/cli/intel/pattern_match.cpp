#include <fmt/format.h>

#include <memory>
#include <ostream>
#include <set>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/intel/pattern_text.h"
#include "cli/output.h"
#include "intelligence/pattern/match.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxObservations = 256u << 20;  // bytes

struct IntelPatternMatchOptions {
    std::string pattern;
    std::string file;
    std::string spec = "2.1";
};

std::string label(const intelligence::Observation& observation, std::size_t index) {
    return observation.id.empty() ? fmt::format("observation {}", index + 1) : observation.id;
}

Result<void> match(Context& context, const IntelPatternMatchOptions& options) {
    std::string text = options.pattern;
    if (!is_pattern(text)) {
        COMITY_TRY(text, read_file(context, options.pattern, intelligence::kMaxPatternSize));
    }
    auto pattern = intelligence::parse_pattern(text, grammar_of(options.spec));
    if (!pattern) return within("pattern", std::move(pattern).error());
    auto matcher = intelligence::Matcher::compile(*std::move(pattern));
    if (!matcher) return within("pattern", std::move(matcher).error());
    COMITY_TRY(const std::string document, read_file(context, options.file, kMaxObservations));
    const std::string file = options.file == "-" ? "standard input" : options.file;
    auto data = intelligence::ObservedData::parse(document);
    if (!data) return within(file, std::move(data).error());
    const auto& observations = data->observations();
    COMITY_TRY(const auto bound, matcher->match(observations));
    json::Array ids;
    std::set<std::size_t> told;
    if (bound) {
        for (const intelligence::Binding& binding : *bound) {
            if (told.insert(binding.observation).second)
                ids.push_back(json::Value(label(observations[binding.observation], binding.observation)));
        }
    }
    if (context.json) {
        print_json(context,
                   json::Object{
                       {"match", bound.has_value()}, {"observations", observations.size()}, {"bound", ids}});
    } else if (bound) {
        context.out << fmt::format("Matches {} of {} observations:\n", ids.size(), observations.size());
        for (const json::Value& id : ids) context.out << "  " << printable(id.get_string()) << '\n';
    }
    if (!bound) {
        return not_found(fmt::format("{}: no match among {} observations", file, observations.size()),
                         observations.empty() ? "it holds no observed-data" : "");
    }
    return {};
}

}  // namespace

void add_intel_pattern_match(Command& pattern, Context& context) {
    auto options = std::make_shared<IntelPatternMatchOptions>();
    Command command = pattern.add_command(
        {.name = "match",
         .summary = "Match a STIX pattern against observed data",
         .description =
             "FILE is a STIX bundle with observed-data objects and what they refer to, of STIX 2.1 or 2.0. "
             "Returns 0 "
             "where the pattern matches, and says which observations it was bound to; 1 where it does not.",
         .examples = {
             {"comity intel pattern match \"[file:name = 'a.exe'] REPEATS 2 TIMES\" seen.json", ""}}});
    command
        .add_option("PATTERN", options->pattern,
                    "The pattern, or a file that holds it (- for standard input)")
        .required();
    command.add_option("FILE", options->file, "The observed data (- for standard input)").required();
    command.add_option("--spec", options->spec, "The version of STIX whose grammar it is")
        .one_of({"2.0", "2.1"});
    command.on_run(context, [options](Context& c) { return match(c, *options); });
}

}  // namespace comity::cli
