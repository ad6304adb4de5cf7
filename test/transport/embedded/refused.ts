export default { handler: 'something else' };
