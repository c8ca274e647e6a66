#include "development/market/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/time.h"

namespace comity::development {
namespace {

struct Release {
    const json::Object* object = nullptr;
    std::string id;
    std::string date;
    std::optional<Time> time;  // of the date, where it is one
    json::Value tag;
};

// A value under way: what it came to with each release that changed it, or its members, or its items.
struct Node {
    struct Version {
        const Release* release;
        const json::Value* value;
    };
    struct Item {
        const json::Value* id;  // null: it has none
        std::unique_ptr<Node> node;
    };
    enum class Kind { kValue, kObject, kList } kind = Kind::kValue;
    std::vector<Version> versions;
    std::vector<std::pair<std::string_view, std::unique_ptr<Node>>> members;
    std::vector<Item> items;
    const json::Value* item_id = nullptr;  // of an object in a list: kept as it is

    Node& member(std::string_view name) {
        const auto at = std::ranges::find(members, name, [](const auto& m) { return m.first; });
        if (at != members.end()) return *at->second;
        return *members.emplace_back(name, std::make_unique<Node>()).second;
    }
    // What is another kind of thing now begins anew.
    void become(Kind now) {
        if (kind == now) return;
        *this = Node{};
        kind = now;
    }
};

bool is_whole(const json::Array& list, std::string_view name, std::string_view path,
              const MergeRules& rules) {
    return rules.whole_names.contains(name) || rules.whole_paths.contains(path) ||
           std::ranges::any_of(list, [](const json::Value& each) { return !each.is_object(); });
}

class Merger {
  public:
    explicit Merger(const MergeRules& rules) : rules_(rules) {}

    void add(const Release& release) {
        release_ = &release;
        root_.kind = Node::Kind::kObject;
        object(root_, *release.object, nullptr);
    }

    const Node& root() const { return root_; }

  private:
    // One name further down the path, while it stands.
    class Step {
      public:
        Step(std::string& path, std::string_view name) : path_(path), before_(path.size()) {
            if (!path.empty()) path += '.';
            path += name;
        }
        ~Step() { path_.resize(before_); }
        Step(const Step&) = delete;
        Step& operator=(const Step&) = delete;

      private:
        std::string& path_;
        const std::size_t before_;
    };

    // Has it anything in it that would be merged?
    bool has_content(const json::Value& value, std::string_view name) {
        if (rules_.omitted_paths.contains(path_)) return false;
        if (const json::Object* inner = value.if_object()) {
            return std::ranges::any_of(*inner, [&](const auto& each) {
                const Step step(path_, each.key());
                return has_content(each.value(), each.key());
            });
        }
        if (const json::Array* list = value.if_array()) {
            return is_whole(*list, name, path_, rules_) ||
                   std::ranges::any_of(*list, [&](const json::Value& each) { return has_content(each, ""); });
        }
        return true;
    }

    void object(Node& node, const json::Object& source, const json::Value* item_id) {
        for (const auto& [key, value] : source) {
            const std::string_view name = key;
            if (item_id == &value) continue;  // told beside the node
            const Step step(path_, name);
            if (!has_content(value, name)) continue;
            if (value.is_object()) {
                Node& inner = node.member(name);
                inner.become(Node::Kind::kObject);
                object(inner, value.get_object(), nullptr);
            } else if (value.is_array() && !is_whole(value.get_array(), name, path_, rules_)) {
                Node& inner = node.member(name);
                inner.become(Node::Kind::kList);
                list(inner, value.get_array());
            } else {
                set(node.member(name), value);
            }
        }
    }

    void list(Node& node, const json::Array& source) {
        for (const json::Value& each : source) {
            const json::Object& item = each.get_object();
            const json::Value* id = item.if_contains("id");
            auto at = id == nullptr ? node.items.end()
                                    : std::ranges::find_if(node.items, [&](const Node::Item& known) {
                                          return known.id != nullptr && *known.id == *id;
                                      });
            if (at == node.items.end()) {
                node.items.push_back({id, std::make_unique<Node>()});
                at = node.items.end() - 1;
                at->node->kind = Node::Kind::kObject;
                at->node->item_id = id;
            }
            object(*at->node, item, id);
        }
    }

    void set(Node& node, const json::Value& value) {
        if (value.is_null() && node.kind != Node::Kind::kValue) {
            node = Node{};  // takes an object or a list away, with all that is in it
        }
        node.become(Node::Kind::kValue);
        if (node.versions.empty() || *node.versions.back().value != value)
            node.versions.push_back({release_, &value});
    }

    const MergeRules& rules_;
    const Release* release_ = nullptr;
    std::string path_;  // of what is looked at
    Node root_;
};

std::optional<json::Value> compiled(const Node& node) {
    if (node.kind == Node::Kind::kValue) {
        if (node.versions.empty() || node.versions.back().value->is_null()) return std::nullopt;
        return *node.versions.back().value;
    }
    if (node.kind == Node::Kind::kList) {
        json::Array list;
        for (const Node::Item& item : node.items) list.push_back(*compiled(*item.node));
        return list;
    }
    json::Object object;
    if (node.item_id != nullptr) object["id"] = *node.item_id;
    for (const auto& [name, inner] : node.members)
        if (auto value = compiled(*inner)) object[name] = *std::move(value);
    return object;
}

json::Value versioned(const Node& node) {
    if (node.kind == Node::Kind::kValue) {
        json::Array versions;
        for (const Node::Version& each : node.versions)
            versions.push_back(json::Object{{"releaseID", each.release->id},
                                            {"releaseDate", each.release->date},
                                            {"releaseTag", each.release->tag},
                                            {"value", *each.value}});
        return versions;
    }
    if (node.kind == Node::Kind::kList) {
        json::Array list;
        for (const Node::Item& item : node.items) list.push_back(versioned(*item.node));
        return list;
    }
    json::Object object;
    if (node.item_id != nullptr) object["id"] = *node.item_id;
    for (const auto& [name, inner] : node.members) object[name] = versioned(*inner);
    return object;
}

Result<std::string> text_of(const json::Object& object, std::string_view name, std::size_t position) {
    const json::Value* value = object.if_contains(name);
    if (value == nullptr || !value->is_string() || value->get_string().empty())
        return invalid(fmt::format("releases[{}].{}", position, name), "is missing or no text",
                       "every release has an ocid, an id and a date");
    return std::string(value->get_string());
}

}  // namespace

Result<Merged> merge_releases(std::span<const json::Value> releases, const MergeRules& rules,
                              Versions versions) {
    if (releases.empty()) return invalid("releases", "there are none");
    std::vector<Release> ordered;
    std::string ocid;
    for (std::size_t i = 0; i < releases.size(); ++i) {
        if (!releases[i].is_object()) return invalid(fmt::format("releases[{}]", i), "is no object");
        Release release;
        release.object = &releases[i].get_object();
        COMITY_TRY(const std::string process, text_of(*release.object, "ocid", i));
        COMITY_TRY(release.id, text_of(*release.object, "id", i));
        COMITY_TRY(release.date, text_of(*release.object, "date", i));
        if (const auto time = parse_time(release.date)) release.time = *time;
        if (const json::Value* tag = release.object->if_contains("tag")) release.tag = *tag;
        if (i > 0 && process != ocid)
            return invalid(fmt::format("releases[{}].ocid", i), fmt::format("is {}, not {}", process, ocid),
                           "merge each process by itself");
        ocid = process;
        ordered.push_back(std::move(release));
    }
    std::ranges::sort(ordered, [](const Release& a, const Release& b) {
        if (a.time && b.time && *a.time != *b.time) return *a.time < *b.time;
        if (a.date != b.date || a.id != b.id) return std::tie(a.date, a.id) < std::tie(b.date, b.id);
        return json::write(*a.object) < json::write(*b.object);
    });
    Merged merged;
    merged.ocid = ocid;
    for (std::size_t i = 1; i < ordered.size(); ++i) {
        const Release& a = ordered[i - 1];
        const Release& b = ordered[i];
        merged.equal_dates = merged.equal_dates || (a.time && b.time ? *a.time == *b.time : a.date == b.date);
    }
    Merger merger(rules);
    for (const Release& each : ordered) merger.add(each);
    const Release& last = ordered.back();
    merged.compiled = {{"tag", json::Array{json::Value("compiled")}},
                       {"id", fmt::format("{}-{}", ocid, last.date)},
                       {"date", last.date},
                       {"ocid", ocid}};
    if (versions == Versions::kKept) merged.versioned = {{"ocid", ocid}};
    for (const auto& [name, node] : merger.root().members) {
        if (name == "ocid") continue;
        if (auto value = compiled(*node)) merged.compiled[name] = *std::move(value);
        if (versions == Versions::kKept) merged.versioned[name] = versioned(*node);
    }
    return merged;
}

}  // namespace comity::development
