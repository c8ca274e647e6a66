#include "cli/share/folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <ostream>
#include <set>

#include "base/text.h"
#include "cli/files.h"
#include "cli/output.h"
#include "cli/share/understood.h"
#include "crypto/sha256.h"
#include "intelligence/import/preview.h"
#include "intelligence/stix/identifier.h"

namespace comity::cli {

namespace {

namespace fs = std::filesystem;
using intelligence::InputKind;
using intelligence::Understanding;

constexpr std::size_t kMaxFiles = 100'000;
constexpr std::size_t kMaxManifest = 64U << 20;  // bytes

struct File {
    fs::path path;
    std::optional<InputKind> kind;  // nothing: told by its content
};

std::string name_of(const File& file) {
    return printable(file.path.string());
}

Failure too_many_files(const std::string& folder) {
    return too_large(folder, fmt::format("holds more than {} files", kMaxFiles), "share it in parts");
}

// A feed's events, the oldest first. Nothing but UUIDs becomes a part of a path.
Result<std::vector<File>> feed_files(Context& context, const fs::path& folder) {
    const std::string manifest = (folder / "manifest.json").string();
    COMITY_TRY(const std::string text, read_file(context, manifest, kMaxManifest));
    const auto value = json::parse(text);
    if (!value) return within(manifest, value.error());
    if (!value->is_object())
        return invalid(manifest, "is no manifest of a MISP feed", "it has an object, by the events' UUIDs");
    std::vector<std::pair<std::string, File>> events;
    for (const auto& entry : value->get_object()) {
        const std::string uuid(entry.key());
        if (!intelligence::Uuid::parse(uuid) || !entry.value().is_object())
            return invalid(manifest, fmt::format("\"{}\" names no event", shown(uuid, 60)),
                           "an event's name is a UUID");
        const json::Value* stamp = entry.value().get_object().if_contains("timestamp");
        const std::string time = stamp == nullptr     ? ""
                                 : stamp->is_string() ? std::string(stamp->get_string())
                                                      : json::write(*stamp);
        events.emplace_back(fmt::format("{:0>20} {}", time, uuid),
                            File{folder / (uuid + ".json"), InputKind::kMisp});
        if (events.size() > kMaxFiles) return too_many_files(manifest);
    }
    std::ranges::sort(events, {}, [](const auto& each) { return each.first; });
    std::vector<File> files;
    for (auto& [order, file] : events) files.push_back(std::move(file));
    return files;
}

// Its files by their names; what begins with a dot, and folders in it, are passed over.
Result<std::vector<File>> plain_files(const fs::path& folder) {
    std::error_code fault;
    std::vector<File> files;
    for (fs::directory_iterator at(folder, fault), end; !fault && at != end; at.increment(fault)) {
        const std::string name = at->path().filename().string();
        std::error_code of_file;
        if (name.starts_with('.') || !at->is_regular_file(of_file)) continue;
        files.push_back({at->path(), {}});
        if (files.size() > kMaxFiles) return too_many_files(folder.string());
    }
    if (fault) return unavailable(folder.string(), fault.message(), "may you read it?");
    std::ranges::sort(files, {}, &File::path);
    return files;
}

class FolderShare {
  public:
    FolderShare(Context& context, const ShareOptions& options, Sharing sharing)
        : context_(context), options_(options), sharing_(std::move(sharing)) {}

    Result<void> run(const std::vector<File>& files) {
        std::vector<File> good;
        for (const File& file : files) {
            COMITY_TRY(const bool understood, look_at(file));
            if (understood) good.push_back(file);
        }
        tell_all(files.size());
        if (!options_.dry_run) {
            if (faults_ > 0 && !options_.skip)
                return invalid(
                    options_.file,
                    fmt::format("{} files or lines are not understood, and nothing was shared", faults_),
                    "mend them, or share the rest with --skip");
            if (objects_ == 0)
                return invalid(options_.file, "holds nothing to share",
                               "give a folder with a MISP feed or with STIX bundles");
            seen_.clear();
            forms_ = std::move(unusable_);
            for (const File& file : good) COMITY_CHECK(say(file));
        }
        if (context_.json) {
            print_json(context_, json::Object{{"files", std::move(forms_)},
                                              {"objects", objects_},
                                              {"statements", statements_},
                                              {"not_understood", faults_}});
        }
        return {};
    }

  private:
    Result<Understanding> read(const File& file) {
        COMITY_TRY(const std::string text,
                   read_file(context_, file.path.string(), ledger::kMaxSubmissionSize));
        COMITY_TRY(Understanding understood,
                   understand(context_, options_, sharing_, name_of(file), text, file.kind));
        const std::size_t before = understood.objects.size();
        std::erase_if(understood.objects, [&](const std::string& object) {
            return !seen_.insert(crypto::sha256(as_bytes(object))).second;
        });
        understood.repeated += before - understood.objects.size();
        return understood;
    }

    // What it holds is told; false: nothing of it can be used.
    Result<bool> look_at(const File& file) {
        const std::string name = name_of(file);
        const auto understood = read(file);
        if (!understood) {
            ++faults_;
            if (context_.json) {
                const json::Object form{{"file", name}, {"error", understood.error().message()}};
                forms_.emplace_back(form);
                unusable_.emplace_back(form);
            } else {
                context_.err << fmt::format("{}: not understood: {}\n", name,
                                            printable(understood.error().message()));
            }
            return false;
        }
        COMITY_TRY(const auto planned, plan(sharing_, *understood));
        faults_ += understood->errors.size();
        objects_ += understood->objects.size();
        statements_ += planned.portions.size();
        if (context_.json) {
            json::Object form = intelligence::preview_json(*understood, planned);
            form["file"] = name;
            forms_.emplace_back(std::move(form));
        } else {
            print_understood(context_, *understood, name, options_.dry_run);
            print_plan(context_, planned, name);
        }
        return true;
    }

    Result<void> say(const File& file) {
        COMITY_TRY(const Understanding understood, read(file));
        COMITY_TRY(auto planned, plan(sharing_, understood));
        json::Object form = intelligence::preview_json(understood, planned);
        form["file"] = name_of(file);
        const std::string& title = options_.title.empty() ? understood.title : options_.title;
        COMITY_CHECK(say_all(context_, sharing_, title, std::move(planned), form));
        if (context_.json) forms_.emplace_back(std::move(form));
        return {};
    }

    void tell_all(std::size_t files) {
        if (context_.json) return;
        context_.err << fmt::format("{}: {} files: {} objects in {} statements{}\n", printable(options_.file),
                                    files, objects_, statements_,
                                    faults_ > 0 ? fmt::format("; {} not understood", faults_) : "");
    }

    Context& context_;
    const ShareOptions& options_;
    Sharing sharing_;
    std::set<Digest> seen_;  // objects of earlier files
    json::Array forms_;      // of --json
    json::Array unusable_;   // of these, the files that nothing is said of
    std::size_t objects_ = 0;
    std::size_t statements_ = 0;
    std::size_t faults_ = 0;  // files that are not understood, and lines
};

}  // namespace

Result<void> share_folder(Context& context, const ShareOptions& options) {
    const fs::path folder(options.file);
    std::error_code none;
    const bool feed = fs::exists(folder / "manifest.json", none);
    std::vector<File> files;
    if (feed) {
        COMITY_TRY(files, feed_files(context, folder));
    } else {
        COMITY_TRY(files, plain_files(folder));
    }
    COMITY_TRY(Sharing sharing, open_sharing(context, options));
    return FolderShare(context, options, std::move(sharing)).run(files);
}

}  // namespace comity::cli
