#include "intelligence/match/finding.h"

#include <algorithm>

#include "base/text.h"
#include "intelligence/match/value.h"
#include "intelligence/search/term.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kMaxWholeLine =
    64 * 1024;                        // bytes; of longer ones only what is around a hit is taken out
constexpr std::size_t kAround = 400;  // bytes on each side

std::vector<About> valid_abouts(const Listed& listed, Time now) {
    auto abouts = listed.index->abouts(listed.records);
    std::erase_if(abouts, [&](const About& about) { return about.valid_until && *about.valid_until <= now; });
    return abouts;
}

// The line as it is shown with a finding.
std::string shown_around(std::string_view text, std::size_t offset) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    if (text.size() <= kMaxShownLine) return std::string(text);
    const std::size_t begin = offset < kAround ? 0 : std::min(offset - kAround, text.size());
    return (begin > 0 ? "..." : "") + shown(text.substr(begin), kMaxShownLine);
}

}  // namespace

void Gaze::look(const Catalog& catalog, Time now, const Window& window, std::uint64_t& lines, Glimpse& out) {
    scanner_.scan(catalog, now, window.text.data(), window.text.size(), scanned_);
    const auto told = [&](std::size_t offset) { return offset >= window.from && offset < window.until; };
    std::erase_if(scanned_.hits, [&](const Hit& hit) { return !told(hit.offset); });
    std::erase_if(scanned_.closer, [&](std::size_t place) { return !told(place); });
    // Newlines before what is told were counted with the window before; there are none: it is one line.
    std::size_t hit = 0, closer = 0, comment = 0;
    const std::string_view text = window.text;
    for (;;) {
        std::size_t place = std::string_view::npos;
        if (hit < scanned_.hits.size()) place = std::min(place, scanned_.hits[hit].offset);
        if (closer < scanned_.closer.size()) place = std::min(place, scanned_.closer[closer]);
        if (comment < scanned_.comments.size()) place = std::min(place, scanned_.comments[comment]);
        if (place == std::string_view::npos) break;
        const std::size_t before = place == 0 ? std::string_view::npos : text.rfind('\n', place - 1);
        const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
        const std::size_t end = std::min(text.find('\n', place), text.size());
        Glimpse::Line line;
        line.line = lines + scanner_.lines_before(begin);
        line.offset = window.offset + begin;
        line.whole = (begin > 0 || window.begins_line) && (end < text.size() || window.ends_line) &&
                     end - begin <= kMaxWholeLine;
        while (comment < scanned_.comments.size() && scanned_.comments[comment] <= end) {
            line.comment = line.comment || (scanned_.comments[comment] == begin && line.whole);
            ++comment;
        }
        while (closer < scanned_.closer.size() && scanned_.closer[closer] <= end) {
            line.closer = true;
            ++closer;
        }
        if (line.whole) line.text = text.substr(begin, end - begin);
        for (; hit < scanned_.hits.size() && scanned_.hits[hit].offset <= end; ++hit) {
            Hit found = std::move(scanned_.hits[hit]);
            if (line.whole) {
                found.offset -= begin;
                line.hits.push_back(std::move(found));
                continue;
            }
            Glimpse::Line part;
            const std::size_t from = found.offset - std::min(found.offset - begin, kAround);
            part.line = line.line;
            part.offset = window.offset + from;
            part.text = text.substr(from, std::min(found.offset + found.size + kAround, end) - from);
            found.offset -= from;
            part.hits.push_back(std::move(found));
            out.lines.push_back(std::move(part));
        }
        if (line.whole && (!line.hits.empty() || line.comment || line.closer))
            out.lines.push_back(std::move(line));
    }
    lines += scanned_.lines;
}

void Teller::tell(const Catalog& catalog, Time now, const Glimpse& glimpse, std::uint64_t lines_before,
                  const Tell& to) {
    for (const Glimpse::Line& line : glimpse.lines) {
        if (line.comment) fields_.comment(line.text);
        const std::uint64_t number = lines_before + line.line + 1;
        if (number == 1 && fields_.first_is_header()) continue;
        if (!line.hits.empty() || (line.closer && fields_.format() != LogFormat::kText))
            tell_line(catalog, now, line, number, to);
    }
}

void Teller::tell_line(const Catalog& catalog, Time now, const Glimpse::Line& line, std::uint64_t number,
                       const Tell& to) {
    const std::vector<Field> fields =
        line.whole && fields_.format() != LogFormat::kText ? fields_.fields(line.text) : std::vector<Field>();
    std::vector<Listed> told;
    const auto tell_one = [&](const Listed& listed, std::size_t offset, std::size_t size, std::string met,
                              std::string field) {
        told.push_back(listed);
        to({file_, number, line.offset + offset, size, listed.kind, listed.text(), std::move(met),
            std::move(field), valid_abouts(listed, now), shown_around(line.text, offset)});
    };
    // Each value once a line: in the first field that has it, if one does.
    std::vector<std::pair<const Hit*, const Field*>> first;
    for (const Hit& hit : line.hits) {
        const auto found = std::ranges::find_if(fields, [&](const Field& each) {
            return each.begin <= hit.offset && hit.offset < std::max(each.end, each.begin + 1);
        });
        const Field* const field = found == fields.end() ? nullptr : &*found;
        const auto known =
            std::ranges::find_if(first, [&](const auto& each) { return each.first->listed == hit.listed; });
        if (known == first.end()) {
            first.emplace_back(&hit, field);
        } else if (known->second == nullptr && field != nullptr) {
            first.erase(known);  // what is told stays in the order of the line
            first.emplace_back(&hit, field);
        }
    }
    for (const auto& [hit, field] : first)
        tell_one(hit->listed, hit->offset, hit->size, line.text.substr(hit->offset, hit->size),
                 field == nullptr ? "" : field->name);
    if (!line.closer) return;
    const auto ask = [&](KeyClass key_class, std::string_view key, ValueKind kind, const Field& field) {
        std::vector<Listed> found;
        catalog.find(key_class, key, found);
        for (const Listed& listed : found) {
            if (listed.kind != kind || !listed.listed() || !listed.index->valid_at(listed.records, now) ||
                std::ranges::find(told, listed) != told.end())
                continue;
            tell_one(listed, field.begin, field.end - field.begin, field.value, field.name);
        }
    };
    for (const JoinedUrl& joined : joined_urls(fields)) {
        const auto terms = search::value_terms(joined.url);
        if (terms.front().front() == static_cast<char>(search::Kind::kUrl))
            ask(KeyClass::kUrl, std::string_view(terms.front()).substr(1), ValueKind::kUrl, *joined.field);
    }
    // File names that hold spaces and other marks are met as a whole.
    for (const Field& field : fields) {
        const std::string_view name =
            std::string_view(field.value).substr(field.value.find_last_of("/\\") + 1);
        if (name.size() >= 3 && name.size() <= kMaxKey)
            ask(KeyClass::kName, lowered(name), ValueKind::kFileName, field);
    }
}

}  // namespace comity::intelligence::match
