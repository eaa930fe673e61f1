#include "sspi_gssapi/sec_buffers.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <mutex>
#include <unordered_map>

#include "negotiate/pool.h"
#include "negotiate/utf16.h"
#include "sspi_gssapi/handle_registry.h"

namespace negodbc::sspi_gssapi {
namespace {

constexpr sec_ulong kMaxBuffers = 64;

// The sizes of what is allocated, by address: a foreign pointer must not be freed.
class Allocations final : public ForkGuarded {
 public:
  static Allocations& instance() {
    static Allocations* const made = [] {
      auto* fresh = new Allocations;
      guard_at_fork(*fresh);
      return fresh;
    }();
    return *made;
  }

  void* allocate(std::size_t size) {
    const std::size_t taken = size == 0 ? 1 : size;
    void* const address = auth::pool_take(taken);
    std::memset(address, 0, taken);
    Shard& shard = shard_of(address);
    const std::lock_guard lock(shard.mutex);
    shard.sizes.emplace(address, taken);
    return address;
  }

  bool free(void* memory) {
    std::size_t size = 0;
    {
      Shard& shard = shard_of(memory);
      const std::lock_guard lock(shard.mutex);
      const auto found = shard.sizes.find(memory);
      if (found == shard.sizes.end()) return false;
      size = found->second;
      shard.sizes.erase(found);
    }
    auth::pool_give(memory, size);
    return true;
  }

  void lock_all() override {
    for (Shard& shard : shards_) shard.mutex.lock();
  }
  void unlock_all() override {
    for (Shard& shard : shards_) shard.mutex.unlock();
  }

 private:
  struct Shard {
    std::mutex mutex;
    std::unordered_map<void*, std::size_t, std::hash<void*>, std::equal_to<>,
                       auth::PoolAllocator<std::pair<void* const, std::size_t>>>
        sizes;
  };
  Shard& shard_of(const void* address) {
    return shards_[(reinterpret_cast<std::uintptr_t>(address) >> 4) % shards_.size()];
  }
  std::array<Shard, 4> shards_;
};

}  // namespace

bool well_formed(const SecBufferDesc* desc) {
  if (desc == nullptr) return true;
  if (desc->ulVersion != SECBUFFER_VERSION || desc->cBuffers > kMaxBuffers) return false;
  if (desc->cBuffers != 0 && desc->pBuffers == nullptr) return false;
  for (sec_ulong i = 0; i < desc->cBuffers; ++i) {
    const SecBuffer& buffer = desc->pBuffers[i];
    const sec_ulong type = buffer.BufferType & ~SECBUFFER_ATTRMASK;
    // The output buffers of ISC_REQ_ALLOCATE_MEMORY come with any size and no memory.
    if (buffer.pvBuffer == nullptr && buffer.cbBuffer != 0 && type != SECBUFFER_TOKEN &&
        type != SECBUFFER_EMPTY) {
      return false;
    }
  }
  return true;
}

SecBuffer* find_buffer(const SecBufferDesc* desc, sec_ulong type) {
  if (desc == nullptr) return nullptr;
  for (sec_ulong i = 0; i < desc->cBuffers; ++i) {
    if ((desc->pBuffers[i].BufferType & ~SECBUFFER_ATTRMASK) == type) return &desc->pBuffers[i];
  }
  return nullptr;
}

bool read_only(const SecBuffer& buffer) {
  return (buffer.BufferType & (SECBUFFER_READONLY | SECBUFFER_READONLY_WITH_CHECKSUM)) != 0;
}

void* allocate(std::size_t size) {
  return Allocations::instance().allocate(size);
}

char* allocate_text(std::string_view text) {
  char* const copy = static_cast<char*>(allocate(text.size() + 1));
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  return copy;
}

SEC_WCHAR* allocate_wide(std::string_view utf8) {
  const auth::WideText wide = auth::to_wide(utf8);
  const std::size_t size = (wide.size() + 1) * sizeof(SEC_WCHAR);
  void* const copy = allocate(size);
  std::memcpy(copy, wide.c_str(), size);
  return static_cast<SEC_WCHAR*>(copy);
}

bool free_allocated(void* memory) {
  return memory != nullptr && Allocations::instance().free(memory);
}

SECURITY_STATUS put_token(std::span<const std::byte> token, bool allocate_memory,
                          SecBuffer& buffer) {
  const std::size_t size = token.size();
  if (size > std::numeric_limits<sec_ulong>::max()) return SEC_E_INSUFFICIENT_MEMORY;
  if (allocate_memory) {
    buffer.pvBuffer = size == 0 ? nullptr : allocate(size);
  } else if (size != 0 && (buffer.pvBuffer == nullptr || buffer.cbBuffer < size)) {
    buffer.cbBuffer = static_cast<sec_ulong>(size);  // what would have been enough
    return SEC_E_BUFFER_TOO_SMALL;
  }
  if (size != 0) std::memcpy(buffer.pvBuffer, token.data(), size);
  buffer.cbBuffer = static_cast<sec_ulong>(size);
  return SEC_E_OK;
}

}  // namespace negodbc::sspi_gssapi
