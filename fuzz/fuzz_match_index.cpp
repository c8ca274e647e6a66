// Index files: any bytes are refused or asked without reading outside of them.
#include <cstring>
#include <vector>

#include "crypto/sha256.h"
#include "fuzz/target.h"
#include "intelligence/match/builder.h"
#include "intelligence/match/catalog.h"
#include "intelligence/match/recipe.h"

using namespace comity;
using namespace comity::intelligence::match;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // Aligned as a mapped file is.
    std::vector<std::uint64_t> words(size / 8 + 1);
    if (size > 0) std::memcpy(words.data(), data, size);
    auto* const bytes = reinterpret_cast<std::uint8_t*>(words.data());
    for (const bool signed_anew : {false, true}) {
        if (signed_anew) {  // the header's digest put right, so that what it says is met
            if (size < sizeof(Header)) return 0;
            const Digest digest = crypto::sha256(std::span(bytes, sizeof(Header) - Digest::kSize));
            std::memcpy(bytes + sizeof(Header) - Digest::kSize, digest.bytes.data(), Digest::kSize);
        }
        const auto index = Index::over({bytes, size});
        if (!index) continue;
        (void)(*index)->verify();
        const auto catalog = Catalog::of(*index);
        std::vector<Listed> found;
        for (std::uint32_t address = 0; address < 0xffff0000; address += 0x01010101) {
            (void)catalog->listed4(address);
            catalog->find4(address, found);
        }
        catalog->find6({}, found);
        for (const char* name : {"evil.com", "a.b", ""}) catalog->find(KeyClass::kName, name, found);
        (void)catalog->each([](const Value&, const Index& from, std::uint32_t records) -> Result<void> {
            (void)from.abouts(records);
            return {};
        });
        (void)catalog->each_pattern([](const IndexedPattern& one, const Index& from) -> Result<void> {
            (void)from.abouts(one.records);
            return {};
        });
        (void)read_recipe(catalog->recipe());
        for (const Listed& listed : found) (void)listed.text();
    }
    return 0;
}
