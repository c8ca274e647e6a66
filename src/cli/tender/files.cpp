#include "cli/tender/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "cli/files.h"
#include "cli/output.h"
#include "development/market/merge.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxFile = 1u << 30;
constexpr std::size_t kDefectsShown = 20;

}  // namespace

Result<development::ReadReleases> read_tenders(Context& context, const std::vector<std::string>& files) {
    development::ReadReleases read;
    std::vector<std::string> names;
    for (const std::string& each : files) {
        std::error_code none;
        if (each == "-" || !std::filesystem::is_directory(each, none)) {
            names.push_back(each);
            continue;
        }
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(each, none)) {
            const auto ending = entry.path().extension();
            if (ending == ".json" || ending == ".jsonl") found.push_back(entry.path());
        }
        if (found.empty()) return not_found(fmt::format("{} holds no .json files", each), "name files");
        std::ranges::sort(found);
        names.insert(names.end(), found.begin(), found.end());
    }
    for (const std::string& name : names) {
        COMITY_TRY(const std::string text, read_file(context, name, kMaxFile));
        development::read_releases(
            text, name == "-" ? "standard input" : std::filesystem::path(name).filename().string(), read);
    }
    return read;
}

void print_defects(Context& context, const development::ReadReleases& read) {
    if (context.json) return;
    for (std::size_t i = 0; i < std::min(read.defects.size(), kDefectsShown); ++i) {
        const development::ReleaseDefect& each = read.defects[i];
        std::string about = each.release;
        if (!each.where.empty()) about.append(about.empty() ? "" : " ").append(each.where);
        context.err << printable(fmt::format("{} line {}: {}{}{}: {}: {}{}", each.file, each.line, about,
                                             about.empty() ? "" : ": ", to_string(each.kind), each.what,
                                             each.mend, each.quarantined ? " (set apart)" : ""))
                    << '\n';
    }
    if (read.defects.size() > kDefectsShown)
        context.err << fmt::format("and {} more defects\n", read.defects.size() - kDefectsShown);
    context.err << fmt::format("{} releases of {} processes, {} set apart\n", read.releases,
                               read.processes.size(), read.quarantined);
}

Result<std::vector<json::Value>> compile_all(const development::ReadReleases& read) {
    std::vector<json::Value> out;
    for (const auto& [ocid, releases] : read.processes) {
        COMITY_TRY(development::Merged merged,
                   development::merge_releases(releases, development::MergeRules::ocds_1_1(),
                                               development::Versions::kLeftOut));
        out.emplace_back(std::move(merged.compiled));
    }
    for (const auto& [ocid, releases] : read.unmerged)
        if (releases.size() == 1 && !read.processes.contains(ocid)) out.push_back(releases.front());
    return out;
}

}  // namespace comity::cli
