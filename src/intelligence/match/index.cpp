#include "intelligence/match/index.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "crypto/sha256.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kMaxAbouts = 4096;  // of one value that are told
constexpr std::string_view kRebuild = "copy it again, or build it anew: comity intel index build";

constexpr std::array<std::string_view, kSections> kPartNames = {"filter",  "slots",    "entries",  "networks",
                                                                "ranks",   "leaves",   "prefixes", "records",
                                                                "strings", "patterns", "recipe"};

Failure damaged(std::string what) {
    return corrupt("index", std::move(what), std::string(kRebuild));
}

bool same(KeyClass key_class, std::string_view stored, std::string_view asked) {
    if (stored.size() != asked.size()) return false;
    if (key_class != KeyClass::kName) return stored == asked;
    return same_word(stored, asked);
}

std::optional<ValueKind> kind_of(std::uint8_t number) {
    if (number >= kIndicatorKinds) return std::nullopt;
    return static_cast<ValueKind>(number);
}

}  // namespace

KeyClass class_of(ValueKind kind) {
    switch (kind) {
        case ValueKind::kDomain:
        case ValueKind::kFileName:
            return KeyClass::kName;
        case ValueKind::kUrl:
            return KeyClass::kUrl;
        case ValueKind::kEmail:
            return KeyClass::kEmail;
        case ValueKind::kIpv6:
        case ValueKind::kIpv6Network:
            return KeyClass::kNetwork6;
        default:
            return KeyClass::kWord;
    }
}

std::string network6_key(const Network& network) {
    std::string key(network.bytes.begin(), network.bytes.end());
    key += static_cast<char>(network.length);
    return key;
}

Index::~Index() {
    if (mapped_) munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
}

Result<std::shared_ptr<const Index>> Index::open(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        if (errno == ENOENT)
            return not_found(fmt::format("there is no index {}", path.string()),
                             "comity intel index build makes one");
        return unavailable(path.string(), std::strerror(errno));
    }
    struct stat status{};
    const bool read = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    const auto size = read ? static_cast<std::size_t>(status.st_size) : 0;
    void* const at = size == 0 ? MAP_FAILED : mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
    const int why = errno;
    ::close(file);
    if (!read) return invalid(path.string(), "is no file");
    if (size == 0) return corrupt(path.string(), "is empty", std::string(kRebuild));
    if (at == MAP_FAILED) return unavailable(path.string(), std::strerror(why));
    std::shared_ptr<Index> index(new Index);
    index->bytes_ = {static_cast<const std::uint8_t*>(at), size};
    index->mapped_ = true;
    if (auto looked = index->look(); !looked) return within(path.string(), std::move(looked).error());
    return index;
}

Result<std::shared_ptr<const Index>> Index::over(std::span<const std::uint8_t> bytes) {
    std::shared_ptr<Index> index(new Index);
    index->bytes_ = bytes;
    COMITY_CHECK(index->look());
    return index;
}

std::span<const std::uint8_t> Index::part(Section section) const {
    const SectionPlace& place = header_.sections[static_cast<std::size_t>(section)];
    return bytes_.subspan(place.offset, place.size);
}

Result<void> Index::look() {
    if (bytes_.size() < sizeof header_) return damaged("is shorter than its header");
    std::memcpy(&header_, bytes_.data(), sizeof header_);
    if (header_.magic != kMagic) return damaged("does not begin as an index does");
    if (header_.version != kIndexVersion)
        return invalid("index",
                       fmt::format("is of version {}, this program reads {}", header_.version, kIndexVersion),
                       "build it anew: comity intel index build");
    if (header_.size != sizeof header_ || header_.file_size != bytes_.size())
        return damaged("has not the size that its header says");
    const Digest digest = crypto::sha256(bytes_.first(sizeof header_ - Digest::kSize));
    if (digest.bytes != header_.sha256) return damaged("its header is not as it was written");
    // From here on the header is one that a builder wrote; what it says of sizes is held to all the same.
    std::uint64_t end = sizeof header_;
    for (const SectionPlace& place : header_.sections) {
        if (place.offset < end || place.offset % 64 != 0 || place.offset - end >= 64 ||
            place.offset > bytes_.size() || place.size > bytes_.size() - place.offset)
            return damaged("its parts do not lie one behind the other");
        end = place.offset + place.size;
    }
    if (end != bytes_.size()) return damaged("has something behind its parts");
    const auto words = [&](Section section) {
        return reinterpret_cast<const std::uint64_t*>(part(section).data());
    };
    const auto size = [&](Section section) { return part(section).size(); };
    const std::size_t nets = size(Section::kNetworks4);
    const bool sizes =
        size(Section::kFilter) >= 8 && size(Section::kFilter) % 8 == 0 && size(Section::kSlots) % 8 == 0 &&
        size(Section::kSlots) / 8 > kSpareSlots && (nets == 0 || nets == kNets4 * 16) &&
        size(Section::kRanks4) == nets / 4 && size(Section::kLeaves4) % 32 == 0 &&
        size(Section::kPrefixes4) == std::uint64_t{header_.prefixes4.back()} * sizeof(Prefix4) &&
        std::ranges::is_sorted(header_.prefixes4) && size(Section::kRecords) % sizeof(Record) == 0;
    if (!sizes) return damaged("a part of it has a size that none has");
    filter_ = words(Section::kFilter);
    filter_words_ = size(Section::kFilter) / 8;
    slots_ = words(Section::kSlots);
    slot_count_ = size(Section::kSlots) / 8;
    places_ = slot_count_ - kSpareSlots;
    if (nets > 0) nets4_ = words(Section::kNetworks4);
    return {};
}

Result<void> Index::verify() const {
    std::uint64_t end = sizeof header_;
    for (std::size_t i = 0; i < kSections; ++i) {
        const SectionPlace& place = header_.sections[i];
        const auto gap = bytes_.subspan(end, place.offset - end);
        if (std::ranges::any_of(gap, [](std::uint8_t byte) { return byte != 0; }))
            return damaged(fmt::format("there is something before its {}", kPartNames[i]));
        if (crypto::sha256(bytes_.subspan(place.offset, place.size)).bytes != place.sha256)
            return damaged(fmt::format("its {} are not as they were written", kPartNames[i]));
        end = place.offset + place.size;
    }
    return {};
}

std::uint64_t Index::values() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : header_.values) sum += count;
    return sum;
}

std::optional<Entry> Index::entry_at(std::uint64_t offset) const {
    const auto entries = part(Section::kEntries);
    if (offset > entries.size() || entries.size() - offset < kEntryHead) return std::nullopt;
    const std::uint8_t* const at = entries.data() + offset;
    const std::size_t size = at[1];
    if (entries.size() - offset - kEntryHead < size) return std::nullopt;
    Entry entry;
    std::memcpy(&entry.records, at + 2, sizeof entry.records);
    entry.key = {reinterpret_cast<const char*>(at + kEntryHead), size};
    if (at[0] == kMarkerKind) {
        if (entry.records != kGone) entry.records = kMarker;
        return entry;
    }
    const auto kind = kind_of(at[0]);
    if (!kind) return std::nullopt;
    entry.kind = *kind;
    return entry;
}

void Index::find(KeyClass key_class, std::string_view key, std::uint64_t hash,
                 std::vector<Entry>& out) const {
    const std::uint64_t wanted = slot_of(hash, 0) >> 40;
    std::uint64_t place = place_in(hash, places_);
    for (std::uint64_t probes = 0; probes < kMaxProbes && place < slot_count_; ++probes, ++place) {
        const std::uint64_t slot = slots_[place];
        if (slot == 0) return;
        if (slot >> 40 != wanted) continue;
        const auto entry = entry_at((slot & 0xffffffffff) - 1);
        if (entry && class_of(entry->kind) == key_class && same(key_class, entry->key, key))
            out.push_back(*entry);
    }
}

void Index::prefetch_entry(std::uint64_t hash) const {
    const std::uint64_t wanted = slot_of(hash, 0) >> 40;
    std::uint64_t place = place_in(hash, places_);
    for (std::uint64_t probes = 0; probes < kSpareSlots && slots_[place] != 0; ++probes, ++place) {
        if (slots_[place] >> 40 != wanted) continue;
        const auto entries = part(Section::kEntries);
        const std::uint64_t offset = (slots_[place] & 0xffffffffff) - 1;
        if (offset < entries.size()) __builtin_prefetch(entries.data() + offset);
        return;
    }
}

bool Index::has(ValueKind kind, std::string_view key, std::uint64_t hash) const {
    const std::uint64_t wanted = slot_of(hash, 0) >> 40;
    std::uint64_t place = place_in(hash, places_);
    for (std::uint64_t probes = 0; probes < kMaxProbes && place < slot_count_; ++probes, ++place) {
        const std::uint64_t slot = slots_[place];
        if (slot == 0) return false;
        if (slot >> 40 != wanted) continue;
        const auto entry = entry_at((slot & 0xffffffffff) - 1);
        if (entry && entry->kind == kind && entry->listed() && entry->key == key) return true;
    }
    return false;
}

bool Index::listed_in_net(std::uint32_t address) const {
    const std::size_t group = address >> 14;
    const unsigned bit = address >> 8 & 63;
    if ((nets4_[2 * group + 1] >> bit & 1) != 0) return true;
    std::uint32_t rank = 0;
    std::memcpy(&rank, part(Section::kRanks4).data() + 4 * group, 4);
    const std::uint64_t below = nets4_[2 * group] & ((std::uint64_t{1} << bit) - 1);
    const std::uint64_t leaf = rank + static_cast<unsigned>(std::popcount(below));
    const auto leaves = part(Section::kLeaves4);
    if (leaf >= leaves.size() / 32) return false;
    return (leaves[leaf * 32 + (address & 0xff) / 8] >> (address & 7) & 1) != 0;
}

std::optional<Prefix> Index::prefix4(std::uint32_t address, unsigned length) const {
    const auto* const all = reinterpret_cast<const Prefix4*>(part(Section::kPrefixes4).data());
    const auto* const begin = all + header_.prefixes4[length];
    const auto* const end = all + header_.prefixes4[length + 1];
    const auto* const found = std::lower_bound(
        begin, end, address, [](const Prefix4& each, std::uint32_t wanted) { return each.address < wanted; });
    if (found == end || found->address != address) return std::nullopt;
    return Prefix{address, length, found->records};
}

void Index::find4(std::uint32_t address, std::vector<Prefix>& out) const {
    for (unsigned length = 32 + 1; length-- > 0;) {
        if (header_.prefixes4[length] == header_.prefixes4[length + 1]) continue;
        const std::uint32_t mask = length == 0 ? 0 : ~std::uint32_t{0} << (32 - length);
        if (const auto found = prefix4(address & mask, length)) out.push_back(*found);
    }
}

std::string Index::string_at(std::uint32_t offset) const {
    const auto strings = part(Section::kStrings);
    if (offset >= strings.size() || strings.size() - offset < 2) return {};
    std::uint16_t size = 0;
    std::memcpy(&size, strings.data() + offset, 2);
    if (strings.size() - offset - 2 < size) return {};
    return {reinterpret_cast<const char*>(strings.data()) + offset + 2, size};
}

std::vector<About> Index::abouts(std::uint32_t records) const {
    std::vector<About> out;
    const auto part_of_records = part(Section::kRecords);
    const std::size_t count = part_of_records.size() / sizeof(Record);
    for (std::size_t at = records; at < count && out.size() < kMaxAbouts; ++at) {
        Record record;
        std::memcpy(&record, part_of_records.data() + at * sizeof record, sizeof record);
        About about;
        if (record.uuid != std::array<std::uint8_t, 16>{}) {
            if (const auto uuid = Uuid::from_bytes(record.uuid)) about.id = "indicator--" + uuid->text();
        }
        about.source = string_at(record.source);
        about.name = string_at(record.name);
        if (record.confidence <= 100) about.confidence = record.confidence;
        if (record.tlp > 0 && record.tlp <= static_cast<int>(ledger::Tlp::kRed) + 1)
            about.tlp = static_cast<ledger::Tlp>(record.tlp - 1);
        if (record.valid_until != 0) about.valid_until = Time::from_seconds(record.valid_until);
        out.push_back(std::move(about));
        if (record.last != 0) break;
    }
    return out;
}

bool Index::valid_at(std::uint32_t records, Time now) const {
    const auto all = part(Section::kRecords);
    const std::size_t count = all.size() / sizeof(Record);
    for (std::size_t at = records, seen = 0; at < count && seen < kMaxAbouts; ++at, ++seen) {
        Record record;
        std::memcpy(&record, all.data() + at * sizeof record, sizeof record);
        if (record.valid_until == 0 || record.valid_until > now.seconds()) return true;
        if (record.last != 0) break;
    }
    return false;
}

Result<void> Index::each(const std::function<Result<void>(const Each&)>& take) const {
    for (unsigned length = 0; length <= 32; ++length) {
        for (std::uint32_t i = header_.prefixes4[length]; i < header_.prefixes4[length + 1]; ++i) {
            const auto* const prefix = reinterpret_cast<const Prefix4*>(part(Section::kPrefixes4).data()) + i;
            if (prefix->records == kMarker) continue;
            const std::uint32_t order = htonl(prefix->address);
            char text[INET_ADDRSTRLEN] = {};
            inet_ntop(AF_INET, &order, text, sizeof text);
            Each one{{length == 32 ? ValueKind::kIpv4 : ValueKind::kIpv4Network, text}, prefix->records};
            if (length < 32) one.value.text += fmt::format("/{}", length);
            COMITY_CHECK(take(one));
        }
    }
    for (std::uint64_t i = 0; i < slot_count_; ++i) {
        if (slots_[i] == 0) continue;
        const auto entry = entry_at((slots_[i] & 0xffffffffff) - 1);
        if (!entry || entry->records == kMarker) continue;
        Each one{{entry->kind, std::string(entry->key)}, entry->records};
        if (class_of(entry->kind) == KeyClass::kNetwork6) {
            if (entry->key.size() != 17) continue;
            char text[INET6_ADDRSTRLEN] = {};
            inet_ntop(AF_INET6, entry->key.data(), text, sizeof text);
            one.value.text = text;
            if (entry->kind == ValueKind::kIpv6Network)
                one.value.text += fmt::format("/{}", static_cast<std::uint8_t>(entry->key.back()));
        }
        COMITY_CHECK(take(one));
    }
    return {};
}

Result<void> Index::each_pattern(const std::function<Result<void>(const IndexedPattern&)>& take) const {
    auto rest = part(Section::kPatterns);
    while (!rest.empty()) {
        PatternHead head;
        if (rest.size() < sizeof head) return damaged("its patterns are cut short");
        std::memcpy(&head, rest.data(), sizeof head);
        rest = rest.subspan(sizeof head);
        if (head.size > rest.size() || (head.grammar != kGrammar20 && head.grammar != kGrammar21))
            return damaged("its patterns are not as they are written");
        const std::string_view text(reinterpret_cast<const char*>(rest.data()), head.size);
        const auto grammar = head.grammar == kGrammar20 ? PatternGrammar::k20 : PatternGrammar::k21;
        COMITY_CHECK(take({text, grammar, head.records}));
        rest = rest.subspan(head.size);
    }
    return {};
}

std::string_view Index::recipe() const {
    const auto text = part(Section::kRecipe);
    return {reinterpret_cast<const char*>(text.data()), text.size()};
}

}  // namespace comity::intelligence::match
