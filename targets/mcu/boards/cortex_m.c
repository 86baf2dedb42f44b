/* Start-up of Cortex-M boards, with the timer that counts instructions: under QEMU's -icount it
 * advances by a fixed number of ticks an instruction. */
#include "board.h"
#include "board_config.h"
#include "semihosting.h"

extern uint32_t board_data_load[], board_data[], board_data_end[], board_bss[], board_bss_end[];
int main(void);
void board_reset(void);

intptr_t semihosting(intptr_t operation, intptr_t block) {
  register intptr_t r0 __asm__("r0") = operation;
  register intptr_t r1 __asm__("r1") = block;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

/* CMSDK timer 0: counts down from its reload value. */
#define TIMER ((volatile uint32_t*)BOARD_TIMER)
enum { CONTROL = 0, VALUE = 1, RELOAD = 2 };

uint32_t board_ticks(void) { return 0xFFFFFFFFu - TIMER[VALUE]; }
uint32_t board_instructions(uint32_t ticks) {
  return (uint32_t)((uint64_t)ticks * BOARD_INSTRUCTIONS / BOARD_TICKS);
}

void board_reset(void) {
  const uint32_t* from = board_data_load;
  uint32_t* to;
  for (to = board_data; to != board_data_end; ++to, ++from) *to = *from;
  for (to = board_bss; to != board_bss_end; ++to) *to = 0;
#ifdef __ARM_FP
  *(volatile uint32_t*)0xE000ED88u |= 0xFu << 20; /* the floating-point unit */
#endif
  TIMER[RELOAD] = 0xFFFFFFFFu;
  TIMER[VALUE] = 0xFFFFFFFFu;
  TIMER[CONTROL] = 1;
  board_paint_stack();
  (void)main();
  for (;;) continue;
}

static void fault(void) { board_exit(70); }

typedef void (*handler_t)(void);
typedef struct {
  const uint32_t* stack;
  handler_t handler[15];
} vectors_t;
__attribute__((section(".vectors"), used)) static const vectors_t vectors = {
    board_stack_top,
    {board_reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault, fault}};
