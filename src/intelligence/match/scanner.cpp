#include "intelligence/match/scanner.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "intelligence/match/pass.h"
#include "intelligence/match/respell.h"

namespace comity::intelligence::match {

struct Scanner::Room {
    PassRoom pass;
    std::unique_ptr<Scanner> again;  // for lines that are read a second time
    MarginText line;
    Scanned scanned;
};

void MarginText::assign(std::string_view text) {
    bytes_.assign(text.size() + 2 * kMargin, '\0');
    std::memcpy(bytes_.data() + kMargin, text.data(), text.size());
}

Scanner::Scanner(std::size_t max_size, MarkText mark)
    : mark_(mark), marks_(max_size), room_(std::make_unique<Room>()) {}
Scanner::~Scanner() = default;

namespace {

void by_place(std::vector<Hit>& hits) {
    if (hits.size() < 2) return;
    std::ranges::sort(hits, {}, [](const Hit& hit) {
        return std::tuple(hit.offset, hit.size, hit.listed.kind, hit.listed.length);
    });
}

}  // namespace

void Scanner::scan(const Catalog& catalog, Time now, const char* text, std::size_t size, Scanned& out) {
    out.hits.clear();
    out.closer.clear();
    mark_(reinterpret_cast<const std::uint8_t*>(text), size, marks_);
    Pass pass(catalog, now, text, size, marks_, room_->pass, out);
    pass.names();
    pass.addresses4();
    pass.addresses6();
    pass.words();
    out.comments.assign(marks_.comments, marks_.comments + marks_.comment_count);
    by_place(out.hits);
    if (marks_.odd_count > 0) {
        read_again(catalog, now, text, size, out);
        by_place(out.hits);
    }
    if (out.closer.size() > 1) std::ranges::sort(out.closer);
    for (Hit& hit : out.hits) hit.line = lines_before(hit.offset);
    out.lines = marks_.line_count;
}

std::size_t Scanner::lines_before(std::size_t place) const {
    const std::uint64_t before = marks_.newline[place / 64] & ((std::uint64_t{1} << place % 64) - 1);
    return marks_.lines[place / 64] + static_cast<std::size_t>(std::popcount(before));
}

// Each line that is not plain, once.
void Scanner::read_again(const Catalog& catalog, Time now, const char* text, std::size_t size, Scanned& out) {
    std::vector<std::uint32_t> odd(marks_.odd, marks_.odd + marks_.odd_count);
    std::ranges::sort(odd);
    const std::string_view all(text, size);
    const std::size_t plain_hits = out.hits.size();
    std::size_t done = 0;
    for (const std::uint32_t place : odd) {
        if (place < done || place >= size) continue;
        const std::size_t before = all.substr(0, place).rfind('\n');
        const std::size_t begin = std::max(done, before == std::string_view::npos ? 0 : before + 1);
        const std::size_t end = std::min(all.find('\n', place), size);
        done = end;
        const auto line = respell(all.substr(begin, end - begin));
        if (!line) continue;
        if (!room_->again || room_->again->max_size() < line->text.size())
            room_->again = std::make_unique<Scanner>(std::max<std::size_t>(line->text.size(), 4096), mark_);
        room_->line.assign(line->text);
        // The line is plain now: what is odd in it still is so in earnest, and is not read a third time.
        Scanner& again = *room_->again;
        Scanned& scanned = room_->scanned;
        scanned.hits.clear();
        scanned.closer.clear();
        mark_(reinterpret_cast<const std::uint8_t*>(room_->line.data()), line->text.size(), again.marks_);
        Pass pass(catalog, now, room_->line.data(), line->text.size(), again.marks_, again.room_->pass,
                  scanned);
        pass.names();
        pass.addresses4();
        pass.addresses6();
        pass.words();
        for (const Hit& hit : scanned.hits) {
            const std::size_t from = begin + line->places[hit.offset];
            const std::size_t to = begin + line->places[hit.offset + hit.size];
            // Of the line's hits as it stands, which are sorted.
            const auto plain_end = out.hits.begin() + static_cast<std::ptrdiff_t>(plain_hits);
            auto other = std::lower_bound(out.hits.begin(), plain_end, begin,
                                          [](const Hit& each, std::size_t at) { return each.offset < at; });
            while (other != plain_end && other->offset <= end && other->listed != hit.listed) ++other;
            if (other != plain_end && other->offset <= end) continue;
            out.hits.push_back({from, to - from, 0, hit.listed, line->text.substr(hit.offset, hit.size)});
        }
        for (const std::size_t closer : scanned.closer) out.closer.push_back(begin + line->places[closer]);
    }
}

}  // namespace comity::intelligence::match
