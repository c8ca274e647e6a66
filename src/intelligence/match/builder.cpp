#include "intelligence/match/builder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "crypto/random.h"
#include "crypto/sha256.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kBuckets = 4096;
constexpr std::size_t kAhead = 16;  // texts fetched before they are copied
// Slots for each value: three quarters of the table are taken.
constexpr std::uint64_t kSlotsNumerator = 4;
constexpr std::uint64_t kSlotsDenominator = 3;

bool in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

// Host of a URL's term: behind "://" and the user, without the port.
std::string_view host_of(std::string_view url) {
    std::string_view rest = url.substr(std::min(url.find("://"), url.size() - 3) + 3);
    rest = rest.substr(0, rest.find_first_of("/?#"));
    if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
    if (rest.starts_with('[')) return rest.substr(0, rest.find(']') + 1);
    return rest.substr(0, rest.find(':'));
}

Result<void> write_all(int file, ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), std::min<std::size_t>(bytes.size(), 1u << 30));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return unavailable({}, std::strerror(errno), "make room on its disk");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace

Seed random_seed() {
    const Bytes drawn = crypto::random_bytes(sizeof(Seed));
    Seed seed;
    std::memcpy(&seed, drawn.data(), sizeof seed);
    return seed;
}

Builder::Builder(const Seed& seed, const std::array<std::uint8_t, 32>& base) : seed_(seed), base_(base) {}

std::uint32_t Builder::string(std::string_view text) {
    text = text.substr(0, 0xffff);
    if (const auto known = string_places_.find(text); known != string_places_.end()) return known->second;
    const auto place = static_cast<std::uint32_t>(strings_.size());
    const auto size = static_cast<std::uint16_t>(text.size());
    strings_.append(reinterpret_cast<const char*>(&size), 2);
    strings_ += text;
    string_places_.emplace(text, place);
    return place;
}

std::uint32_t Builder::add_about(const About& about) {
    Record record;
    if (const auto id = ObjectId::parse(about.id)) record.uuid = id->uuid.bytes;
    record.source = string(about.source);
    record.name = string(about.name);
    if (about.confidence) record.confidence = static_cast<std::uint8_t>(*about.confidence);
    if (about.tlp) record.tlp = static_cast<std::uint8_t>(static_cast<int>(*about.tlp) + 1);
    if (about.valid_until)
        record.valid_until =
            static_cast<std::uint32_t>(std::clamp<std::int64_t>(about.valid_until->seconds(), 1, 0xffffffff));
    abouts_.push_back(record);
    single_.push_back(kMarker);
    return static_cast<std::uint32_t>(abouts_.size() - 1);
}

void Builder::reserve(std::size_t values, std::size_t bytes) {
    items_.reserve(values);
    texts_.reserve(bytes);
}

Result<void> Builder::add_key(std::uint8_t kind, KeyClass key_class, std::string_view key,
                              std::uint32_t about) {
    if (texts_.size() + key.size() > 0xffffffff)
        return too_large("index", "has more than 4 GiB of values", "make several");
    Item item;
    item.hash = hash_of(seed_, key_class, key);
    item.text = static_cast<std::uint32_t>(texts_.size());
    item.about = about;
    item.size = static_cast<std::uint8_t>(key.size());
    item.kind = kind;
    texts_ += key;
    items_.push_back(item);
    if (key_class == KeyClass::kName) {
        const std::string_view end = last_labels(key);
        const std::uint64_t hash = end.empty() ? 0 : hash_of(seed_, key_class, end);
        if (!end.empty() && (last_labels_.empty() || last_labels_.back() != hash))
            last_labels_.push_back(hash);
    }
    return {};
}

// That a URL or an e-mail address leads there, so that a scan looks closer where it meets the host.
Result<void> Builder::add_host(std::string_view host) {
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    const bool dotted = host.find_first_not_of("0123456789.") == std::string_view::npos;
    if (!bracketed && !dotted) return add_key(kMarkerKind, KeyClass::kName, host.substr(0, kMaxKey), kMarker);
    const Network network = network_of(bracketed ? host.substr(1, host.size() - 2) : host);
    if (network.v6)
        return add_key(static_cast<std::uint8_t>(ValueKind::kIpv6), KeyClass::kNetwork6,
                       network6_key(network), kMarker);
    items4_.push_back({address4(network), kMarker, 32});
    return {};
}

Result<void> Builder::add(const Value& value, std::uint32_t about) {
    return add(value.kind, value.text, about);
}

Result<void> Builder::add(ValueKind kind, std::string_view text, std::uint32_t about) {
    const auto number = static_cast<std::uint8_t>(kind);
    switch (kind) {
        case ValueKind::kIpv4:
        case ValueKind::kIpv4Network: {
            const Network network = network_of(text);
            items4_.push_back({address4(network), about, static_cast<std::uint8_t>(network.length)});
            return {};
        }
        case ValueKind::kIpv6:
        case ValueKind::kIpv6Network:
            return add_key(number, KeyClass::kNetwork6, network6_key(network_of(text)), about);
        case ValueKind::kUrl:
            COMITY_CHECK(add_host(host_of(text)));
            break;
        case ValueKind::kEmail:
            COMITY_CHECK(add_host(text.substr(text.rfind('@') + 1)));
            break;
        case ValueKind::kFileName: {
            // Met in running text by what stands behind its last space or other mark.
            std::size_t tail = text.size();
            while (tail > 0 && in_name(text[tail - 1])) --tail;
            if (tail > 0) COMITY_CHECK(add_key(kMarkerKind, KeyClass::kName, text.substr(tail), kMarker));
            break;
        }
        default:
            break;
    }
    return add_key(number, class_of(kind), text.substr(0, kMaxKey), about);
}

// By hash, then kind and text: first into buckets by the hash's leading bits, which fit into the cache.
void Builder::sort_items() {
    std::vector<std::size_t> ends(kBuckets + 1, 0);
    const auto bucket = [](const Item& item) { return static_cast<std::size_t>(item.hash >> 52); };
    for (const Item& item : items_) ++ends[bucket(item) + 1];
    for (std::size_t i = 0; i < kBuckets; ++i) ends[i + 1] += ends[i];
    std::vector<std::size_t> next(ends.begin(), ends.end() - 1);
    std::vector<Item> sorted(items_.size());
    for (const Item& item : items_) sorted[next[bucket(item)]++] = item;
    items_ = std::move(sorted);
    const auto before = [&](const Item& a, const Item& b) {
        if (a.hash != b.hash) return a.hash < b.hash;
        if (a.kind != b.kind) return a.kind < b.kind;
        if (const int order = text_of(a).compare(text_of(b)); order != 0) return order < 0;
        return a.about < b.about;
    };
    for (std::size_t i = 0; i < kBuckets; ++i)
        std::sort(items_.begin() + static_cast<std::ptrdiff_t>(ends[i]),
                  items_.begin() + static_cast<std::ptrdiff_t>(ends[i + 1]), before);
}

// The records of a value of which these are said (each once, rising).
std::uint32_t Builder::records_of(const std::vector<std::uint32_t>& abouts) {
    if (abouts.size() == 1 && abouts.front() >= kGone) return abouts.front();
    std::uint32_t& known =
        abouts.size() == 1 ? single_[abouts.front()] : several_.try_emplace(abouts, kMarker).first->second;
    if (known != kMarker) return known;
    known = static_cast<std::uint32_t>(records_.size());
    for (const std::uint32_t about : abouts) records_.push_back(abouts_[about]);
    records_.back().last = 1;
    return known;
}

namespace {

// What is said of one value: markers and removals count where nothing else does.
void collect(std::vector<std::uint32_t>& abouts, std::uint32_t about) {
    if (!abouts.empty() && abouts.back() == about) return;
    if (about < kGone && !abouts.empty() && abouts.back() >= kGone) abouts.clear();
    if (about >= kGone && !abouts.empty()) return;
    abouts.push_back(about);
}

}  // namespace

void Builder::make_entries(Made& made) {
    Header& header = made.header;
    auto &filter = made.filter, &slots = made.slots;
    std::string& entries = made.entries;
    sort_items();
    filter.assign(std::max<std::size_t>(1, (items_.size() + last_labels_.size()) * kFilterBits / 64), 0);
    for (const std::uint64_t hash : last_labels_) filter[place_in(hash, filter.size())] |= filter_bits(hash);
    const std::uint64_t places =
        std::max<std::uint64_t>(1, items_.size() * kSlotsNumerator / kSlotsDenominator);
    slots.assign(places + kSpareSlots, 0);
    entries.reserve(texts_.size() + items_.size() * kEntryHead);
    std::uint64_t free = 0;
    std::vector<std::uint32_t> abouts;
    for (std::size_t i = 0; i < items_.size();) {
        const Item& item = items_[i];
        abouts.clear();
        do {
            collect(abouts, items_[i].about);
            if (i + kAhead < items_.size()) __builtin_prefetch(texts_.data() + items_[i + kAhead].text);
            ++i;
        } while (i < items_.size() && items_[i].hash == item.hash && items_[i].kind == item.kind &&
                 text_of(items_[i]) == text_of(item));
        const std::uint32_t records = records_of(abouts);
        filter[place_in(item.hash, filter.size())] |= filter_bits(item.hash);
        free = std::max(free, place_in(item.hash, places));
        if (free >= slots.size()) slots.resize(free + 1);
        slots[free++] = slot_of(item.hash, entries.size());
        entries += static_cast<char>(item.kind);
        entries += static_cast<char>(item.size);
        entries.append(reinterpret_cast<const char*>(&records), 4);
        entries += text_of(item);
        if (item.kind < kIndexKinds && records < kGone) ++header.values[item.kind];
        if (item.kind == static_cast<std::uint8_t>(ValueKind::kIpv6) ||
            item.kind == static_cast<std::uint8_t>(ValueKind::kIpv6Network)) {
            const auto length = static_cast<std::uint8_t>(text_of(item).back());
            header.lengths6[length / 64] |= std::uint64_t{1} << length % 64;
        }
    }
}

void Builder::add_pattern(std::string_view text, PatternGrammar grammar, std::uint32_t about) {
    patterns_[{std::string(text), grammar}].push_back(about);
}

std::string Builder::make_patterns(Header& header) {
    std::string out;
    std::vector<std::uint32_t> abouts;
    for (auto& [pattern, said] : patterns_) {
        std::ranges::sort(said);
        abouts.clear();
        for (const std::uint32_t about : said) collect(abouts, about);
        PatternHead head;
        head.records = records_of(abouts);
        head.size = static_cast<std::uint32_t>(pattern.first.size());
        head.grammar = pattern.second == PatternGrammar::k20 ? kGrammar20 : kGrammar21;
        if (head.records < kGone) ++header.patterns;
        out.append(reinterpret_cast<const char*>(&head), sizeof head);
        out += pattern.first;
    }
    return out;
}

void Builder::make_prefixes(Made& made) {
    std::ranges::sort(items4_, {},
                      [](const Item4& each) { return std::tuple(each.length, each.address, each.about); });
    Header& header = made.header;
    std::vector<std::uint32_t> abouts;
    for (std::size_t i = 0; i < items4_.size();) {
        const Item4& item = items4_[i];
        abouts.clear();
        for (; i < items4_.size() && items4_[i].length == item.length && items4_[i].address == item.address;
             ++i)
            collect(abouts, items4_[i].about);
        made.prefixes.push_back({item.address, records_of(abouts)});
        ++header.prefixes4[item.length + 1U];
        const auto kind = item.length == 32 ? ValueKind::kIpv4 : ValueKind::kIpv4Network;
        if (made.prefixes.back().records < kGone) ++header.values[static_cast<std::size_t>(kind)];
    }
    for (std::size_t i = 1; i < header.prefixes4.size(); ++i) header.prefixes4[i] += header.prefixes4[i - 1];
    made.networks = networks4_of(header.prefixes4, made.prefixes);
}

std::vector<ByteView> Builder::make(Time created, Made& made) {
    static constexpr std::array<std::byte, 64> kZeros{};
    Header& header = made.header;
    header.size = sizeof header;
    header.seed = seed_;
    header.created = created.micros;
    header.base = base_;
    make_entries(made);
    make_prefixes(made);
    made.patterns = make_patterns(header);

    const auto view = [](const auto& list) {
        const auto bytes = std::as_bytes(std::span(list));
        return ByteView(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    };
    const std::array<ByteView, kSections> parts = {view(made.filter),
                                                   view(made.slots),
                                                   view(made.entries),
                                                   view(made.networks.nets),
                                                   view(made.networks.ranks),
                                                   view(made.networks.leaves),
                                                   view(made.prefixes),
                                                   view(records_),
                                                   view(strings_),
                                                   view(made.patterns),
                                                   view(recipe_)};
    std::vector<ByteView> pieces{view(std::span(&header, 1))};
    std::uint64_t end = sizeof header;
    for (std::size_t i = 0; i < kSections; ++i) {
        SectionPlace& place = header.sections[i];
        place.offset = (end + 63) / 64 * 64;
        place.size = parts[i].size();
        place.sha256 = crypto::sha256(parts[i]).bytes;
        pieces.push_back(view(std::span(kZeros).first(place.offset - end)));
        pieces.push_back(parts[i]);
        end = place.offset + place.size;
    }
    header.file_size = end;
    header.sha256 = crypto::sha256(pieces.front().first(sizeof header - Digest::kSize)).bytes;
    return pieces;
}

Bytes Builder::bytes(Time created) {
    Made made;
    Bytes out;
    for (const ByteView piece : make(created, made)) out.insert(out.end(), piece.begin(), piece.end());
    return out;
}

Result<void> Builder::write(const std::filesystem::path& path, Time created) {
    Made made;
    return write_index(path, make(created, made));
}

Result<void> write_index(const std::filesystem::path& path, std::span<const ByteView> pieces) {
    const std::string beside = path.string() + fmt::format(".new-{}", ::getpid());
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return unavailable(beside, std::strerror(errno), "choose a folder that can be written to");
    Result<void> written;
    for (const ByteView piece : pieces) {
        written = write_all(file, piece);
        if (!written) break;
    }
    if (written && fdatasync(file) != 0) written = unavailable({}, std::strerror(errno));
    ::close(file);
    std::error_code failed;
    if (written) std::filesystem::rename(beside, path, failed);
    if (written && failed) written = unavailable({}, failed.message());
    if (written) return {};
    std::filesystem::remove(beside, failed);
    return within(path.string(), std::move(written).error());
}

}  // namespace comity::intelligence::match
