#pragma once
// Randomness that cannot be guessed: keys of blobs, request ids, signing keys.
#include <cstddef>
#include <span>
#include <string>

namespace holdall {

/// Fills with bytes of the system's generator. Throws std::runtime_error when it has none (never on Linux in practice).
void fill_random(std::span<std::byte> bytes);

/// `length` characters of [0-9a-z], 5.17 bits each.
std::string random_name(std::size_t length);

}  // namespace holdall
