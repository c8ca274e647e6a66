#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <ostream>

#include "base/encoding.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/scan/indicators.h"
#include "cli/scan/scan_patterns.h"
#include "intelligence/match/increments.h"

namespace comity::cli {

namespace {

namespace scanning = intelligence::match;

constexpr std::size_t kMaxIndexList = std::size_t{2} << 30;  // bytes of a list

struct IntelIndexOptions {
    std::string out;
    std::vector<std::string> lists;
    std::vector<std::string> given;  // patterns
    std::int64_t min_confidence = -1;
    bool file_names = false;
};

void add_index_options(Command& command, IntelIndexOptions& options) {
    command
        .add_option(
            "--from-list", options.lists,
            "A list with an entry a line instead of the node's indicators; may be given several times")
        .type_name("FILE");
    command
        .add_option("--pattern", options.given,
                    "A STIX pattern, or a file with one, an indicator or a bundle, instead of the node's "
                    "indicators; may be given several times")
        .type_name("PATTERN");
    command
        .add_option("--min-confidence", options.min_confidence, "Only what is believed at least so far now")
        .range(0, 100);
    command.add_flag("--file-names", options.file_names, "Files by their names alone, too");
}

Result<void> gather_values(Context& context, const IntelIndexOptions& options, scanning::Builder& builder,
                           std::uint64_t& left) {
    scanning::Gathering gathering{
        .now = context.clock->now(), .min_confidence = {}, .file_names = options.file_names};
    if (options.min_confidence >= 0) gathering.min_confidence = static_cast<int>(options.min_confidence);
    gathering.compound = [&](scanning::ScanPattern&& one) -> Result<void> {
        COMITY_CHECK(scanning::check_scan_pattern(one));
        builder.add_pattern(one.text, one.grammar, builder.add_about(one.about));
        return {};
    };
    COMITY_CHECK(take_given_patterns(context, options.given, gathering.compound));
    scanning::Gatherer gatherer(builder, gathering);
    if (options.lists.empty() && options.given.empty()) {
        const Waiting waiting(context.err, context.err_terminal, "reading indicators");
        COMITY_CHECK(
            each_indicator(context, [&](const auto& indicator) { return gatherer.take(indicator); }));
    }
    for (const std::string& list : options.lists) {
        COMITY_TRY(const std::string text, read_file(context, list, kMaxIndexList));
        builder.reserve(text.size() / 16, text.size());
        COMITY_CHECK(gatherer.take_list(text, std::filesystem::path(list).filename().string(), std::nullopt));
    }
    for (const std::string& why : gatherer.why()) context.err << "left out: " << printable(why) << '\n';
    if (gatherer.left() > gatherer.why().size())
        context.err << fmt::format("left out: and {} more\n", gatherer.left() - gatherer.why().size());
    left = gatherer.left();
    return {};
}

json::Object index_stat_json(const scanning::Catalog& catalog, const std::string& file) {
    const scanning::Header& header = catalog.base().header();
    json::Object kinds;
    for (std::size_t i = 0; i < intelligence::kIndicatorKinds; ++i) {
        if (header.values[i] > 0)
            kinds[to_string(static_cast<intelligence::IndicatorKind>(i))] = header.values[i];
    }
    json::Object out{{"file", file},
                     {"values", catalog.base().values()},
                     {"kinds", std::move(kinds)},
                     {"patterns", catalog.base().patterns()},
                     {"bytes", header.file_size},
                     {"created", format_time_millis(Time{header.created})},
                     {"digest", hex_encode(header.sha256)},
                     {"increments", nullptr}};
    if (const scanning::Index* const more = catalog.more())
        out["increments"] = json::Object{{"values", more->values()},
                                         {"patterns", more->patterns()},
                                         {"bytes", more->header().file_size},
                                         {"created", format_time_millis(Time{more->header().created})}};
    return out;
}

Result<void> tell_index(Context& context, const std::string& file) {
    COMITY_TRY(const auto catalog, scanning::Catalog::open(file));
    if (auto verified = catalog->verify(); !verified) return within(file, std::move(verified).error());
    json::Object stat = index_stat_json(*catalog, file);
    if (context.json) {
        print_json(context, stat);
        return {};
    }
    std::vector<std::pair<std::string, std::string>> fields{
        {"file", file},
        {"values", std::to_string(catalog->base().values())},
        {"patterns", std::to_string(catalog->base().patterns())},
        {"bytes", std::to_string(catalog->base().header().file_size)},
        {"created", std::string(stat["created"].as_string())},
        {"digest", std::string(stat["digest"].as_string())}};
    for (const auto& kind : stat["kinds"].as_object())
        fields.emplace_back("  " + std::string(kind.key()), json::write(kind.value()));
    if (catalog->more() != nullptr)
        fields.emplace_back("increments", fmt::format("{} values, {} patterns", catalog->more()->values(),
                                                      catalog->more()->patterns()));
    print_fields(context, fields);
    return {};
}

Result<void> build_index(Context& context, const IntelIndexOptions& options) {
    scanning::Builder builder(scanning::random_seed());
    std::uint64_t left = 0;
    COMITY_CHECK(gather_values(context, options, builder, left));
    COMITY_CHECK(builder.write(options.out, context.clock->now()));
    std::error_code ignored;  // those of the file before it are passed over anyway
    std::filesystem::remove(scanning::increments_of(options.out), ignored);
    return tell_index(context, options.out);
}

Result<void> update_index(Context& context, const IntelIndexOptions& options) {
    COMITY_TRY(const auto catalog, scanning::Catalog::open(options.out));
    if (auto verified = catalog->verify(); !verified) return within(options.out, std::move(verified).error());
    scanning::Builder wanted(catalog->seed());
    std::uint64_t left = 0;
    COMITY_CHECK(gather_values(context, options, wanted, left));
    COMITY_TRY(const scanning::Changes changes,
               scanning::write_increments(options.out, *catalog, wanted, context.clock->now()));
    context.err << fmt::format("{} values added or changed, {} taken away", changes.added, changes.removed);
    if (changes.patterns_added + changes.patterns_removed > 0)
        context.err << fmt::format("; {} patterns added or changed, {} taken away", changes.patterns_added,
                                   changes.patterns_removed);
    context.err << (changes.whole ? "; the file was made anew\n" : "\n");
    return tell_index(context, options.out);
}

}  // namespace

void add_intel_index(Command& intel, Context& context) {
    Command noun = intel.add_noun({.name = "index",
                                   .summary = "Make the index files that comity scan looks for values in",
                                   .description = "",
                                   .examples = {}});
    auto building = std::make_shared<IntelIndexOptions>();
    Command made = noun.add_command(
        {.name = "build",
         .summary = "Make an index file of all indicators that are valid now",
         .description = "Of what the user may read: whoever has the file can find out what is in it, so it "
                        "is for those whom the indicators are for. Compound STIX patterns are in it, too "
                        "(comity scan --patterns). Sensors need this file and this program, and no node.",
         .examples = {
             {"comity intel index build sensor.cmx", ""},
             {"comity intel index build hunt.cmx --pattern hunt.json", "patterns alone"},
             {"comity intel index build list.cmx --from-list domains.txt --from-list ips.txt", ""}}});
    made.add_option("FILE", building->out, "The file to write").required();
    add_index_options(made, *building);
    add_reading_options(made, context);
    made.on_run(context, [building](Context& c) { return build_index(c, *building); });

    auto updating = std::make_shared<IntelIndexOptions>();
    Command changed = noun.add_command(
        {.name = "update",
         .summary = "Bring an index file up to date by increments",
         .description =
             "Writes what has changed since beside it (FILE.more); scans that are under way take it up. "
             "Once it is a part of the whole that tells, the file is made anew.",
         .examples = {{"comity intel index update sensor.cmx", ""}}});
    changed.add_option("FILE", updating->out, "The index file").required();
    add_index_options(changed, *updating);
    add_reading_options(changed, context);
    changed.on_run(context, [updating](Context& c) { return update_index(c, *updating); });

    auto file = std::make_shared<std::string>();
    Command shown =
        noun.add_command({.name = "stat",
                          .summary = "Check an index file and say what is in it",
                          .description = "Reads every byte; exits with 1 where one is not as it was written.",
                          .examples = {{"comity intel index stat sensor.cmx", ""}}});
    shown.add_option("FILE", *file, "The index file").required();
    shown.on_run(context, [file](Context& c) { return tell_index(c, *file); });
    add_intel_index_serve(noun, context);
}

}  // namespace comity::cli
