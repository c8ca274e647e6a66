#include "cli/scan/scan_patterns.h"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "base/text.h"
#include "cli/files.h"
#include "cli/intel/pattern_text.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/scan/log_files.h"
#include "intelligence/search/facts.h"
#include "intelligence/stix/object.h"

namespace comity::cli {
namespace {

namespace scanning = intelligence::match;
using intelligence::PatternGrammar;

constexpr std::size_t kMaxTextFilesNamed = 5;

std::string file_name(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

// An indicator of STIX; what is none is passed over. False: it has no pattern of STIX, or is not valid now.
Result<bool> add_indicator(Context& context, const json::Value& value, const std::string& file,
                           const TakePattern& take, bool among_others) {
    const std::string text = json::write(value);
    const auto object = intelligence::parse_object(text);
    if (!object || object->id.type != "indicator") return false;
    const std::string id = object->id.text();
    if (object->revoked || (!object->pattern_type.empty() && object->pattern_type != "stix")) return false;
    const auto facts = intelligence::search::facts_of(text, file);
    if (facts && facts->valid_until && *facts->valid_until <= context.clock->now()) return false;
    const auto grammar = object->spec == intelligence::Spec::k20 ? PatternGrammar::k20 : PatternGrammar::k21;
    scanning::About about{
        id, file_name(file), object->name, {}, {}, facts ? facts->valid_until : std::nullopt};
    auto added = take({std::move(about), object->pattern, grammar});
    // Of a bundle the others are looked for all the same.
    if (!added && among_others && added.error().kind == ErrorKind::kRefused) {
        context.err << fmt::format("left out: {}: {}\n", printable(id), printable(added.error().message()));
        return false;
    }
    if (!added) return within(fmt::format("{}: {}", file, id), std::move(added).error());
    return true;
}

}  // namespace

Result<void> take_given_patterns(Context& context, const std::vector<std::string>& given,
                                 const TakePattern& take) {
    for (const std::string& one : given) {
        std::string text = one;
        const bool file = !is_pattern(one);
        if (file) {
            COMITY_TRY(text, read_file(context, one, kMaxPatternFile));
        }
        if (!trimmed(text, " \t\r\n").starts_with('{')) {
            const std::string source = file ? file_name(one) : "--pattern";
            scanning::About about{{}, source, {}, {}, {}, {}};
            if (auto added = take({std::move(about), text, PatternGrammar::k21}); !added)
                return within(source, std::move(added).error());
            continue;
        }
        auto document = json::parse(text);
        if (!document) return within(one, std::move(document).error());
        const json::Value* const objects = document->get_object().if_contains("objects");
        bool any = false;
        if (objects == nullptr || !objects->is_array()) {
            COMITY_TRY(any, add_indicator(context, *document, one, take, false));
        } else {
            for (const json::Value& each : objects->get_array()) {
                COMITY_TRY(const bool added, add_indicator(context, each, one, take, true));
                any = any || added;
            }
        }
        if (!any)
            return invalid(one,
                           "holds no indicator with a STIX pattern that is valid now and can be watched for",
                           "give a pattern, an indicator or a bundle of STIX");
    }
    return {};
}

void say_pattern_totals(Context& context, const scanning::PatternTotals& totals, std::size_t patterns,
                        const std::string& skew) {
    const auto say = [&](const std::string& text) { context.err << text << '\n'; };
    say(fmt::format("{} records held against {} pattern{}: {} matched", totals.records, patterns,
                    patterns == 1 ? "" : "s", totals.matches));
    for (std::size_t i = 0; i < std::min(totals.text_files.size(), kMaxTextFilesNamed); ++i)
        say(fmt::format("{} has no fields: no pattern was held against it (--format)",
                        printable(totals.text_files[i])));
    if (totals.text_files.size() > kMaxTextFilesNamed)
        say(fmt::format("and {} more", totals.text_files.size() - kMaxTextFilesNamed));
    if (totals.passed_over > 0)
        say(fmt::format("{} lines have not their log's form, or over 64 KiB: passed over",
                        totals.passed_over));
    if (totals.untimed > 0)
        say(fmt::format("{} records say no time: each counts as of the one before it", totals.untimed));
    if (totals.watched.late > 0)
        say(
            fmt::format("{} records that patterns ask for stand more than {} behind later ones: matches with "
                        "them may be missed (--skew)",
                        totals.watched.late, skew));
    if (totals.watched.rolled.let_go > 0)
        say(
            fmt::format("{} records were let go that might have become part of a match: of a pattern that no "
                        "WITHIN bounds {} are kept",
                        totals.watched.rolled.let_go, intelligence::kMaxKept));
    if (totals.watched.rolled.given_up > 0)
        say(fmt::format("{} searches were given up: a pattern has too many ways to match",
                        totals.watched.rolled.given_up));
}

Result<scanning::PatternTotals> scan_for_patterns(Context& context, scanning::PatternScan& scan,
                                                  const PatternPass& pass, ScanReport& report) {
    const std::uint64_t size = log_sizes_of(pass.files);
    scanning::PatternTotals totals;
    {
        Progress progress(context.err, context.err_terminal);
        const scanning::PatternScanOptions how{
            .format = pass.format, .now = context.clock->now(), .at = [&](std::uint64_t done) {
                progress.at("holding patterns against records", done, size);
            }};
        COMITY_TRY(totals, scan.run(pass.files, how, [&](scanning::PatternFinding&& finding) {
            report.add(finding);
            if (pass.hits != nullptr) pass.hits->add(finding, how.now);
        }));
    }
    say_pattern_totals(context, totals, scan.patterns().size(), pass.skew);
    return totals;
}

}  // namespace comity::cli
