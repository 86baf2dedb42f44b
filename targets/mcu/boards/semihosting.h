#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include <stdint.h>

#define BOARD_PAINT 0xA5C3A5C3u

/* Of the linker script. */
extern uint32_t board_stack_limit[], board_stack_top[], board_paint_end[];

intptr_t semihosting(intptr_t operation, intptr_t block);
void board_paint_stack(void);
void board_start_timer(void);

#endif
