#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "development/import/table.h"
#include "development/market/package.h"
#include "json/slices.h"

namespace comity::development {
namespace {

constexpr std::size_t kMaxDepth = 100;
constexpr std::size_t kLinesTried = 20;  // in search of one that is a release by itself

using Lines = std::vector<std::size_t>;  // in which line each of a list begins; empty: all in the same

// Of the releases or records of a document that was read as JSON, or of the list that it is.
Lines lines_of(std::string_view text, const json::Value& whole) {
    if (text.find('\n') == std::string_view::npos) return {};
    std::string wrapped;
    std::string_view within = text, key = "a";
    std::size_t ahead = 0;
    if (whole.is_array()) {
        // As a member of an object, so that the items are had with their places.
        wrapped = fmt::format("{{\"a\":{}}}", text);
        within = wrapped;
        ahead = 5;
    } else if (whole.is_object()) {
        key = whole.get_object().contains("records") ? "records" : "releases";
    }
    const auto items = json::array_elements(within, key);
    if (!items) return {};
    Lines out;
    std::size_t line = 1, counted = 0;
    for (const std::string_view item : *items) {
        const std::size_t at = static_cast<std::size_t>(item.data() - within.data()) - ahead;
        line += static_cast<std::size_t>(std::ranges::count(text.substr(counted, at - counted), '\n'));
        counted = at;
        out.push_back(line);
    }
    return out;
}

class DocumentReader {
  public:
    DocumentReader(const std::string& file, ReadReleases& into) : file_(file), into_(into) {
        into_.files.push_back(file);
    }

    // A document: a package, a list, or a release.
    void document(const json::Value& value, std::size_t line, const Lines& lines = {}) {
        line_ = line;
        const auto each_of = [&](const json::Array& list, const auto& take) {
            for (std::size_t i = 0; i < list.size(); ++i) {
                line_ = i < lines.size() ? lines[i] : line;
                take(list[i]);
            }
        };
        if (const json::Array* list = value.if_array())
            return each_of(*list, [&](const json::Value& each) { document(each, line_); });
        const json::Object* object = value.if_object();
        if (object == nullptr) return broken("is no release but another kind of value");
        const json::Value* releases = object->if_contains("releases");
        const json::Value* records = object->if_contains("records");
        if (records != nullptr && records->is_array()) {
            each_of(records->get_array(), [&](const json::Value& each) { record(each); });
        } else if (releases != nullptr && releases->is_array() && !object->contains("ocid")) {
            each_of(releases->get_array(), [&](const json::Value& each) { release(each); });
        } else if (object->contains("ocid") && (releases != nullptr || object->contains("compiledRelease"))) {
            record(value);
        } else if (object->contains("ocid") || object->contains("tender")) {
            release(value);
        } else {
            broken("holds neither releases nor records");
        }
    }

    // A text that is no JSON, for its bytes or else.
    void unread(std::string_view text, const std::string& why, std::size_t line) {
        const std::size_t at = not_utf8_at(text);
        if (at == 0) return broken(why, line);
        into_.defects.push_back({ReleaseDefectKind::kNotUtf8, file_, line + at - 1, "", "",
                                 "has bytes that are no UTF-8", "convert it: iconv -f LATIN1 -t UTF-8",
                                 true});
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
            apart = compare(ocid, name, object->at("date").get_string(), defects);
            if (!apart) into_.processes[ocid].push_back(value);
        } else if (const json::Value* ocid = object == nullptr ? nullptr : object->if_contains("ocid");
                   ocid != nullptr && ocid->is_string() && !ocid->get_string().empty()) {
            into_.unmerged[std::string(ocid->get_string())].push_back(value);
        }
        if (apart) ++into_.quarantined;
        for (ReleaseDefect& each : defects) {
            each.file = file_;
            each.line = line_;
            each.release = name;
            into_.defects.push_back(std::move(each));
        }
    }

    // With what the process has already; whether it is one of that, and says nothing new.
    bool compare(const std::string& ocid, std::string_view id, std::string_view date,
                 std::vector<ReleaseDefect>& defects) {
        const auto time = parse_time(date);
        const std::string moment = time ? std::to_string(time->micros) : std::string(date);
        const auto before = [&](std::string_view what, std::string_view is) -> const ReadReleases::Place* {
            const auto [at, is_new] = into_.seen.try_emplace(fmt::format("{}\n{}\n{}", what, ocid, is),
                                                             into_.files.size() - 1, line_);
            return is_new ? nullptr : &at->second;
        };
        const auto place = [&](const ReadReleases::Place& at) {
            const std::string& file = into_.files[at.file];
            return fmt::format("{}{}line {}", file, file.empty() ? "" : " ", at.line);
        };
        const auto* same = before("both", fmt::format("{}\n{}", id, moment));
        const auto* of_id = before("id", id);
        const auto* of_date = before("date", moment);
        if (same != nullptr) {
            defects.push_back(
                {ReleaseDefectKind::kDuplicateId, "", 0, "", "id",
                 fmt::format("the process has a release of this id and date already: {}", place(*same)),
                 "keep one of them", true});
            return true;
        }
        if (of_id != nullptr)
            defects.push_back(
                {ReleaseDefectKind::kDuplicateId, "", 0, "", "id",
                 fmt::format("the process has a release of this id and another date: {}", place(*of_id)),
                 "give each release its own id", false});
        if (of_date != nullptr)
            defects.push_back({ReleaseDefectKind::kEqualDate, "", 0, "", "date",
                               fmt::format("the process has another release of this date: {}; which of them "
                                           "came last is not told, so they are merged by their ids",
                                           place(*of_date)),
                               "date each release when it was made", false});
        return false;
    }

    const std::string& file_;
    ReadReleases& into_;
    std::size_t line_ = 1;
};

// Whether each line is a document of its own: of the first ones some line is a release, a record or a
// package.
bool is_lines(std::string_view text) {
    std::size_t tried = 0;
    while (!text.empty() && tried < kLinesTried) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end), " \t\r");
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty()) continue;
        ++tried;
        const auto value = json::parse(line, kMaxDepth);
        if (!value) continue;
        if (tried == 1) return true;
        const json::Object* object = value->if_object();
        if (object != nullptr &&
            (object->contains("ocid") || object->contains("releases") || object->contains("records")))
            return true;
    }
    return false;
}

}  // namespace

void read_releases(std::string_view text, const std::string& file, ReadReleases& into) {
    DocumentReader reader(file, into);
    text = without_mark(text);
    auto whole = json::parse(text, kMaxDepth);
    if (whole) return reader.document(*whole, 1, lines_of(text, *whole));
    if (text.find('\n') == std::string_view::npos || !is_lines(text))
        return reader.unread(text, whole.error().message(), 1);
    std::size_t line = 1;
    for (std::string_view rest = text; !rest.empty(); ++line) {
        const std::size_t next = std::min(rest.find('\n'), rest.size());
        const std::string_view one = rest.substr(0, next);
        rest.remove_prefix(std::min(next + 1, rest.size()));
        if (trimmed(one, " \t\r").empty()) continue;
        const auto value = json::parse(one, kMaxDepth);
        if (value) {
            reader.document(*value, line);
        } else {
            reader.unread(one, value.error().message(), line);
        }
    }
}

}  // namespace comity::development
