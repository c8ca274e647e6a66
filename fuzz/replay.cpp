// Runs a fuzz target over files instead of invented input: each file whole, and cut short at every byte.
//
//     fuzz_note fuzz/corpus/note...        (folders or files)
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "fuzz/target.h"

namespace {

constexpr std::size_t kMaxCuts = 4096;  // cuts of a larger file: only so many, at its start

void run(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        if (size > kMaxCuts && size < bytes.size()) continue;
        // Memory of exactly that size, so that a sanitizer sees a read past the end.
        const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
        LLVMFuzzerTestOneInput(cut.data(), cut.size());
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t count = 0;
    for (int i = 1; i < argc; ++i) {
        const std::filesystem::path place = argv[i];
        if (!std::filesystem::is_directory(place)) {
            run(place);
            ++count;
            continue;
        }
        for (const auto& entry : std::filesystem::directory_iterator(place)) {
            run(entry.path());
            ++count;
        }
    }
    if (count == 0) {
        std::cerr << "replay: no corpus: " << (argc > 1 ? argv[1] : "give a folder") << "\n";
        return 1;
    }
    std::cout << count << " files, whole and cut short\n";
    return 0;
}
