#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <ostream>

#include "base/encoding.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/intel/pattern_text.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/scan/indicators.h"
#include "cli/scan/scan_patterns.h"
#include "intelligence/indicator/domain.h"
#include "intelligence/match/increments.h"
#include "json/words.h"

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

Result<std::string> lasting_path(const std::string& path) {
    if (path == "-") return path;
    std::error_code failed;
    std::string whole = std::filesystem::absolute(path, failed).lexically_normal().string();
    if (failed) return unavailable(path, failed.message());
    // The index file keeps it in JSON.
    if (!intelligence::is_plain_utf8(whole))
        return invalid(printable(path), "its name is no UTF-8", "rename it");
    return whole;
}

// What the options ask for; what they leave open is as `recipe` has it.
Result<void> take_options(const IntelIndexOptions& options, scanning::Recipe& recipe) {
    recipe.file_names = recipe.file_names || options.file_names;
    if (options.min_confidence >= 0) recipe.min_confidence = static_cast<int>(options.min_confidence);
    if (!options.lists.empty()) recipe.lists.clear();
    for (const std::string& list : options.lists) {
        COMITY_TRY(std::string whole, lasting_path(list));
        recipe.lists.push_back(std::move(whole));
    }
    if (!options.given.empty()) recipe.patterns.clear();
    for (const std::string& one : options.given) {
        if (is_pattern(one)) {
            recipe.patterns.push_back(one);
            continue;
        }
        COMITY_TRY(std::string whole, lasting_path(one));
        recipe.patterns.push_back(std::move(whole));
    }
    return {};
}

void print_left_out(Context& context, const scanning::LeftOut& left) {
    for (const scanning::LeftOut::One& one : left.first)
        context.err << fmt::format("left out: {}: {}\n", printable(one.what), printable(one.why));
    if (left.count > left.first.size())
        context.err << fmt::format("left out: and {} more\n", left.count - left.first.size());
}

// Into the builder what the recipe says, and into both what was left out.
Result<void> gather_values(Context& context, scanning::Recipe& recipe, scanning::Builder& builder) {
    scanning::Gathering gathering{.now = context.clock->now(),
                                  .min_confidence = recipe.min_confidence,
                                  .file_names = recipe.file_names};
    gathering.compound = [&](scanning::ScanPattern&& one) -> Result<void> {
        COMITY_CHECK(scanning::check_scan_pattern(one));
        builder.add_pattern(one.text, one.grammar, builder.add_about(one.about));
        return {};
    };
    COMITY_CHECK(take_given_patterns(context, recipe.patterns, gathering.compound));
    scanning::Gatherer gatherer(builder, gathering);
    if (recipe.lists.empty() && recipe.patterns.empty()) {
        const Waiting waiting(context.err, context.err_terminal, "reading indicators");
        COMITY_CHECK(
            each_indicator(context, [&](const auto& indicator) { return gatherer.take(indicator); }));
    }
    for (const std::string& list : recipe.lists) {
        COMITY_TRY(const std::string text, read_file(context, list, kMaxIndexList));
        builder.reserve(text.size() / 16, text.size());
        COMITY_CHECK(gatherer.take_list(text, std::filesystem::path(list).filename().string(), std::nullopt));
    }
    recipe.not_now = gatherer.not_now();
    recipe.unwatched = gatherer.unwatched();
    print_left_out(context, recipe.not_now);
    print_left_out(context, recipe.unwatched);
    builder.set_recipe(scanning::recipe_text(recipe));
    return {};
}

json::Object index_stat_json(const scanning::Catalog& catalog, const scanning::Recipe& recipe,
                             const std::string& file) {
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
                     {"increments", nullptr},
                     {"file_names", recipe.file_names},
                     {"min_confidence", nullptr},
                     {"lists", json::array_of(recipe.lists)},
                     {"from_patterns", json::array_of(recipe.patterns)},
                     {"not_now", scanning::left_out_json(recipe.not_now)},
                     {"unwatched", scanning::left_out_json(recipe.unwatched)}};
    if (recipe.min_confidence) out["min_confidence"] = *recipe.min_confidence;
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
    COMITY_TRY(const scanning::Recipe recipe, scanning::read_recipe(catalog->recipe()));
    json::Object stat = index_stat_json(*catalog, recipe, file);
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
    std::vector<std::string> sources = recipe.lists;
    sources.insert(sources.end(), recipe.patterns.begin(), recipe.patterns.end());
    fields.emplace_back(
        "made of", sources.empty() ? "the node's indicators" : fmt::format("{}", fmt::join(sources, ", ")));
    if (recipe.min_confidence)
        fields.emplace_back("  confidence", fmt::format("{} at least", *recipe.min_confidence));
    if (recipe.file_names) fields.emplace_back("  file names", "alone, too");
    fields.emplace_back("not now", std::to_string(recipe.not_now.count));
    fields.emplace_back("unwatched", std::to_string(recipe.unwatched.count));
    for (const scanning::LeftOut::One& one : recipe.unwatched.first)
        fields.emplace_back("  " + one.what, one.why);
    print_fields(context, fields);
    return {};
}

Result<void> build_index(Context& context, const IntelIndexOptions& options) {
    scanning::Builder builder(scanning::random_seed());
    scanning::Recipe recipe;
    COMITY_CHECK(take_options(options, recipe));
    COMITY_CHECK(gather_values(context, recipe, builder));
    COMITY_CHECK(builder.write(options.out, context.clock->now()));
    std::error_code ignored;  // those of the file before it are passed over anyway
    std::filesystem::remove(scanning::increments_of(options.out), ignored);
    return tell_index(context, options.out);
}

Result<void> update_index(Context& context, const IntelIndexOptions& options) {
    COMITY_TRY(const auto catalog, scanning::Catalog::open(options.out));
    if (auto verified = catalog->verify(); !verified) return within(options.out, std::move(verified).error());
    scanning::Builder wanted(catalog->seed());
    COMITY_TRY(scanning::Recipe recipe, scanning::read_recipe(catalog->recipe()));
    COMITY_CHECK(take_options(options, recipe));
    for (const std::string& list : recipe.lists) {
        if (list == "-" && options.lists.empty())
            return invalid("--from-list", "the file was made of standard input, which is not there again",
                           "give the list anew");
    }
    COMITY_CHECK(gather_values(context, recipe, wanted));
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
             "Looks again at what the file was made of, in the same way: options that are given take the "
             "place of what it keeps. Writes what has changed since beside it (FILE.more); scans that are "
             "under way take it up. "
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
