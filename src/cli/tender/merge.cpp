#include <memory>
#include <ostream>

#include "cli/output.h"
#include "cli/tender/commands.h"
#include "cli/tender/files.h"
#include "development/market/merge.h"

namespace comity::cli {

namespace {

struct TenderMergeOptions {
    std::vector<std::string> files;
    bool versioned = false;
};

Result<void> merge(Context& context, const TenderMergeOptions& options) {
    COMITY_TRY(const development::ReadReleases read, read_tenders(context, options.files));
    print_defects(context, read);
    for (const auto& [ocid, releases] : read.processes) {
        COMITY_TRY(const development::Merged merged,
                   development::merge_releases(
                       releases, development::MergeRules::ocds_1_1(),
                       options.versioned ? development::Versions::kKept : development::Versions::kLeftOut));
        if (merged.equal_dates && !context.json)
            context.err << printable(ocid) << ": releases of one date: ordered by their ids\n";
        context.out << json::write(options.versioned ? merged.versioned : merged.compiled) << '\n';
    }
    return {};
}

}  // namespace

void add_tender_merge(Command& tender, Context& context) {
    auto options = std::make_shared<TenderMergeOptions>();
    Command command = tender.add_command(
        {.name = "merge",
         .summary = "Merge releases into one compiled or versioned release a process",
         .description = std::string(kTenderFiles) +
                        "\n\nA line of JSON for each process, as the standard's merging has it.",
         .examples = {{"comity tender merge releases/ > compiled.jsonl", ""},
                      {"comity tender merge releases/ --versioned", "with what each release changed"}}});
    command.add_option("FILE", options->files, "Files, folders, or - for standard input").required();
    command.add_flag("--versioned", options->versioned, "With the history of every value");
    command.on_run(context, [options](Context& c) { return merge(c, *options); });
}

}  // namespace comity::cli
