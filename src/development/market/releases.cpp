#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "development/market/package.h"

namespace comity::development {
namespace {

constexpr std::size_t kMaxDepth = 100;

class DocumentReader {
  public:
    DocumentReader(const std::string& file, ReadReleases& into) : file_(file), into_(into) {}

    // A document: a package, a list, or a release.
    void document(const json::Value& value, std::size_t line) {
        line_ = line;
        if (const json::Array* list = value.if_array()) {
            for (const json::Value& each : *list) document(each, line);
            return;
        }
        const json::Object* object = value.if_object();
        if (object == nullptr) return broken("is no release but another kind of value");
        const json::Value* releases = object->if_contains("releases");
        const json::Value* records = object->if_contains("records");
        if (records != nullptr && records->is_array()) {
            for (const json::Value& each : records->get_array()) record(each);
        } else if (releases != nullptr && releases->is_array() && !object->contains("ocid")) {
            for (const json::Value& each : releases->get_array()) release(each);
        } else if (object->contains("ocid") && (releases != nullptr || object->contains("compiledRelease"))) {
            record(value);
        } else if (object->contains("ocid") || object->contains("tender")) {
            release(value);
        } else {
            broken("holds neither releases nor records");
        }
    }

    void broken(const std::string& what, std::size_t line = 0) {
        into_.defects.push_back({ReleaseDefectKind::kBrokenJson, file_, line == 0 ? line_ : line, "", "",
                                 what, "give a release or record package, a list, or a release a line",
                                 true});
    }

  private:
    // Releases that it holds itself; links to them are none. Else what it was compiled to.
    void record(const json::Value& value) {
        const json::Object* object = value.if_object();
        if (object == nullptr) return broken("holds a record that is no object");
        const json::Value* releases = object->if_contains("releases");
        bool embedded = false;
        if (releases != nullptr && releases->is_array()) {
            for (const json::Value& each : releases->get_array()) {
                if (!each.is_object() || each.get_object().contains("url")) continue;
                embedded = true;
                release(each);
            }
        }
        if (embedded) return;
        if (const json::Value* compiled = object->if_contains("compiledRelease")) return release(*compiled);
        broken("holds a record with neither releases of its own nor a compiled one");
    }

    void release(const json::Value& value) {
        ++into_.releases;
        std::vector<ReleaseDefect> defects = check_release(value);
        const json::Object* object = value.if_object();
        const json::Value* id = object == nullptr ? nullptr : object->if_contains("id");
        const std::string name = id != nullptr && id->is_string() ? std::string(id->get_string()) : "";
        bool apart = std::ranges::any_of(defects, &ReleaseDefect::quarantined);
        if (!apart) {
            const std::string ocid(object->at("ocid").get_string());
            if (!seen_.insert({ocid, name, json::write(object->at("date"))}).second) {
                defects.push_back({ReleaseDefectKind::kDuplicateId, "", 0, "", "id",
                                   "the process has a release of this id and date already",
                                   "keep one of them", true});
                apart = true;
            } else {
                into_.processes[ocid].push_back(value);
            }
        }
        if (apart) ++into_.quarantined;
        for (ReleaseDefect& each : defects) {
            each.file = file_;
            each.line = line_;
            each.release = name;
            into_.defects.push_back(std::move(each));
        }
    }

    const std::string& file_;
    ReadReleases& into_;
    std::size_t line_ = 1;
    std::set<std::tuple<std::string, std::string, std::string>> seen_;
};

}  // namespace

void read_releases(std::string_view text, const std::string& file, ReadReleases& into) {
    DocumentReader reader(file, into);
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    auto whole = json::parse(text, kMaxDepth);
    if (whole) return reader.document(*whole, 1);
    // Lines, each a document of its own? Then more than one of them is JSON by itself.
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end == text.size() || !json::parse(text.substr(0, end), kMaxDepth))
        return reader.broken(whole.error().message(), 1);
    std::size_t line = 1;
    for (std::string_view rest = text; !rest.empty(); ++line) {
        const std::size_t next = std::min(rest.find('\n'), rest.size());
        const std::string_view one = rest.substr(0, next);
        rest.remove_prefix(std::min(next + 1, rest.size()));
        if (one.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        const auto value = json::parse(one, kMaxDepth);
        if (value) {
            reader.document(*value, line);
        } else {
            reader.broken(value.error().message(), line);
        }
    }
}

}  // namespace comity::development
