#include "intelligence/selection.h"

#include <algorithm>

namespace comity::intelligence {
namespace {

bool wanted(Spec spec, const ObjectFilter& filter) {
    return !filter.specs || std::ranges::find(*filter.specs, spec) != filter.specs->end();
}

}  // namespace

bool CollectionScope::contains(std::string_view type, std::string_view author, bool posted) const {
    if (posted && (!posters || std::ranges::binary_search(*posters, author, std::less<>()))) return true;
    const auto takes = [](const std::vector<std::string>& list, std::string_view name) {
        return list.empty() || std::ranges::find(list, name) != list.end();
    };
    return filtered && takes(types, type) && takes(authors, author);
}

bool is_for(const ObjectRow& row, const ObjectFilter& filter) {
    if ((filter.added_after && row.added <= *filter.added_after) || !wanted(row.spec, filter)) return false;
    const VersionChoice& versions = filter.versions;
    return versions.all || versions.first || versions.last ||
           std::ranges::find(versions.at, row.shown_version()) != versions.at.end();
}

std::vector<Time> choose(std::span<const ObjectRow> rows, const ObjectFilter& filter) {
    std::vector<const ObjectRow*> left;
    left.reserve(rows.size());
    for (const ObjectRow& row : rows) left.push_back(&row);

    // One row a version: the copy that came first.
    const auto version_order = [](const ObjectRow* a, const ObjectRow* b) {
        return std::tuple(a->version, a->spec, a->added) < std::tuple(b->version, b->spec, b->added);
    };
    const auto same_version = [](const ObjectRow* a, const ObjectRow* b) {
        return a->version == b->version && a->spec == b->spec;
    };
    std::ranges::sort(left, version_order);
    const auto copies = std::ranges::unique(left, same_version);
    left.erase(copies.begin(), copies.end());

    // The rest of the request first, then the versions of what is left (section 3.4).
    std::erase_if(left, [&](const ObjectRow* row) {
        return (filter.added_after && row->added <= *filter.added_after) || !wanted(row->spec, filter);
    });
    if (left.empty()) return {};
    if (!filter.specs) {
        const Spec highest = (*std::ranges::max_element(left, {}, &ObjectRow::spec))->spec;
        std::erase_if(left, [&](const ObjectRow* row) { return row->spec != highest; });
    }

    std::vector<Time> chosen;
    const VersionChoice& versions = filter.versions;
    if (versions.all) {
        for (const ObjectRow* row : left) chosen.push_back(row->added);
    } else {
        // Where two specification versions share a version, the higher one stands for it.
        const auto last = std::ranges::max_element(
            left, {}, [](const ObjectRow* row) { return std::tuple(row->shown_version(), row->spec); });
        const auto first = std::ranges::min_element(left, {}, [](const ObjectRow* row) {
            return std::tuple(row->shown_version(), -static_cast<int>(row->spec));
        });
        if (versions.last) chosen.push_back((*last)->added);
        if (versions.first) chosen.push_back((*first)->added);
        for (const ObjectRow* row : left) {
            if (std::ranges::find(versions.at, row->shown_version()) != versions.at.end())
                chosen.push_back(row->added);
        }
    }
    std::ranges::sort(chosen);
    const auto repeated = std::ranges::unique(chosen);
    chosen.erase(repeated.begin(), repeated.end());
    return chosen;
}

}  // namespace comity::intelligence
